import type { Call } from './call.ts'
import type { Finding } from './finding.ts'
import { type Match, matches } from './match.ts'
import { type NanoUsd, usdText } from './money.ts'

/** Calls for which a person is asked. */
export interface ApprovalRule {
  readonly name: string
  readonly match: Match
  /** Only calls that may cost more than this. Null: all of them. */
  readonly above: NanoUsd | null
  readonly shadow: boolean
}

/**
 * Which rules want a person's word on this call, of which `amount` is the most that it may cost. A lease is refused where
 * one of its calls might need that word: those calls then ask one by one. Money set aside for an agent is not asked about,
 * the calls that it pays for are.
 */
export function judgeApprovals(rules: readonly ApprovalRule[], call: Call, amount: NanoUsd): readonly Finding[] {
  if (call.kind === 'agent') return []
  const lease = call.kind === 'lease'
  const asked = lease ? ({ ...call, kind: 'model' } as const) : call
  return rules
    .filter(({ match, above }) => matches(match, asked) && (above === null || amount > above))
    .map(({ name, above, shadow }) => ({
      decision: lease ? 'deny' : 'ask',
      reason: {
        rule: `approval:${name}`,
        code: 'APPROVAL_REQUIRED',
        message: above === null ? `${name}: a person decides.` : costs(name, amount, above),
        retryable: true,
        ...(shadow ? { shadow: true as const } : {}),
      },
    }))
}

const costs = (name: string, amount: NanoUsd, above: NanoUsd): string =>
  `${name}: this may cost ${usdText(amount)}; above ${usdText(above)} a person decides.`
