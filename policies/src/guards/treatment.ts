/** What a policy says of personal data and secrets: what is looked for, and what becomes of each. */
import type { Action } from './action.ts'
import type { Finding } from './finding.ts'
import type { OperatorName } from './operator.ts'
import type { Section } from './pack.ts'
import type { SensitiveSettings } from './sensitive.ts'

export interface Treatment {
  readonly action: Action
  readonly operator: OperatorName
}

const PII_THRESHOLD = 0.4
const SECRET_THRESHOLD = 0.5

/** What to look for, or null for nothing. */
export function sensitiveSettings({ pii, secrets }: Section): SensitiveSettings | null {
  if (pii?.action === undefined && secrets?.action === undefined) return null
  return {
    pii: pii?.action !== undefined,
    secrets: secrets?.action !== undefined,
    threshold: Math.min(pii?.threshold ?? PII_THRESHOLD, secrets?.threshold ?? SECRET_THRESHOLD),
    ...(pii?.countries === undefined ? {} : { countries: new Set(pii.countries) }),
  }
}

export function treatmentOf(
  { guard, type, rule, score }: Pick<Finding, 'guard' | 'type' | 'rule' | 'score'>,
  { pii, secrets }: Section,
): Treatment {
  const left: Treatment = { action: 'allow', operator: 'replace' }
  if (guard === 'secret') {
    if (score < (secrets?.threshold ?? SECRET_THRESHOLD) || secrets?.off?.includes(rule)) return left
    return { action: secrets?.action ?? 'allow', operator: secrets?.operator ?? 'replace' }
  }
  if (score < (pii?.threshold ?? PII_THRESHOLD)) return left
  const own = pii?.entities?.[type]
  const ownAction = typeof own === 'string' ? own : own?.action
  const ownOperator = typeof own === 'string' ? undefined : own?.operator
  return { action: ownAction ?? pii?.action ?? 'allow', operator: ownOperator ?? pii?.operator ?? 'replace' }
}

/** What is done to a call because of what a policy asks for: what is hidden where it is stored travels as it is. */
export const inCall = (action: Action, { redact }: Section): Action =>
  action === 'redact' && redact === 'stored' ? 'flag' : action

/** The finding as it is told: where only stores hide it, its reason says so. */
export function told<T extends Finding>(finding: T, asked: Action, section: Section): T & { readonly action: Action } {
  const action = inCall(asked, section)
  return { ...finding, action, ...(action === asked ? {} : { why: `${finding.why} ${storedOnly(finding)}` }) }
}

const storedOnly = ({ guard }: Finding): string =>
  guard === 'pii' || guard === 'secret' || guard === 'topic'
    ? 'Hidden where it is stored, not in the call.'
    : 'Left in the call: `redact` is `stored`.'

const hiding: ReadonlySet<Action> = new Set(['redact', 'ask', 'block'])
/** Whether an action hides what was found. */
export const hides = (action: Action): boolean => hiding.has(action)
