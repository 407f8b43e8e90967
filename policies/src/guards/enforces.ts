import type { Direction } from './injection/injection.ts'
import type { GuardPolicy } from './policy.ts'
import { hides, inCall } from './treatment.ts'

/** Whether a text of this direction may be changed or stopped: otherwise it is only read. Nothing in shadow is enforced. */
export function enforces({ shadow, plans }: GuardPolicy, direction: Direction): boolean {
  const { section, rules, terms, canaries } = plans[direction]
  if (shadow) return false
  const { pii, secrets, injection, toxicity, links, length, language, citations } = section
  const entities = Object.values(pii?.entities ?? {}).map((own) => (typeof own === 'string' ? own : own?.action))
  const actions = [
    ...(pii?.action === undefined ? [] : [pii.action, ...entities]),
    ...[secrets, injection, toxicity, links].map((one) => one?.action),
    ...[length, language, citations].map((one) => (one?.action === 'redact' ? 'flag' : one?.action)),
    ...(canaries === null ? [] : [section.canaries?.action]),
    ...[...rules, ...terms].map(({ action }) => action),
  ]
  const blocks = injection?.action !== undefined && injection.blockFrom !== undefined
  return (
    blocks || length?.cut === true || actions.some((action) => action !== undefined && hides(inCall(action, section)))
  )
}
