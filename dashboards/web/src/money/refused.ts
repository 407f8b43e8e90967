import type { Decision } from '../api.ts'

const GOES_ON = new Set(['allow', 'degrade', 'redact'])

/** The call did not happen: denied, or told to wait or ask. */
export function isRefused({ decision }: Pick<Decision, 'decision'>): boolean {
  return !GOES_ON.has(decision)
}
