import { DECISIONS, type DecisionName, REASON_CODES, type Reason, type ReasonCode } from './verdict.ts'

/** What one rule has to say about a call: which decision it asks for, and why. */
export interface Finding {
  readonly decision: DecisionName
  readonly reason: Reason
}

/** How strict: the place in `DECISIONS`. */
export const strictness = (decision: DecisionName): number => DECISIONS.indexOf(decision)

/** The strictest decision that a rule in force asks for; `allow` when none does. */
export function strictest(findings: readonly Finding[]): DecisionName {
  return findings
    .filter((finding) => finding.reason.shadow !== true)
    .reduce<DecisionName>((so, { decision }) => (strictness(decision) > strictness(so) ? decision : so), 'allow')
}

/** A person's word first, then money, then the rest in the order of the table. */
const rank = (code: ReasonCode): number => (code === 'SWITCH_HELD' ? -1 : REASON_CODES.indexOf(code))

/** In force before shadow, strictest first, then by code and rule: never by the order of the rules. */
export function reasonsOf(findings: readonly Finding[]): readonly Reason[] {
  return [...findings]
    .sort(
      (a, b) =>
        Number(a.reason.shadow ?? false) - Number(b.reason.shadow ?? false) ||
        strictness(b.decision) - strictness(a.decision) ||
        rank(a.reason.code) - rank(b.reason.code) ||
        byText(a.reason.rule, b.reason.rule) ||
        byText(a.reason.message, b.reason.message),
    )
    .map((finding) => finding.reason)
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
