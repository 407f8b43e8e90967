/** The one door: a text, where it comes from and a policy in; what may go on, and why, out. Pure and linear. */
import { type Action, strictest } from './action.ts'
import { citationIn } from './citation.ts'
import { clean, endOf, startOf } from './clean.ts'
import type { Finding } from './finding.ts'
import { folded } from './folded.ts'
import { type Direction, injectionIn } from './injection/injection.ts'
import { languageIn } from './language.ts'
import { linksIn } from './links.ts'
import { MANY, toEnd } from './many.ts'
import { createOperator, type Operator, type OperatorName, type OperatorParts } from './operator.ts'
import type { GuardPolicy, Plan } from './policy.ts'
import { redacted } from './redact.ts'
import { sensitiveIn } from './sensitive.ts'
import { toxicityIn } from './toxicity.ts'
import { hides, inCall, sensitiveSettings, told, treatmentOf } from './treatment.ts'

export interface GuardResult {
  /** The strictest action that any finding asks for; in shadow `flag` at most. */
  readonly action: Action
  /** What may go on. Redacted also where the whole is blocked, so that it can be shown. */
  readonly text: string
  /** The greatest score of any guard, also below its threshold. */
  readonly score: number
  readonly findings: readonly JudgedFinding[]
  /** What would have been done, were the policy not in shadow; absent otherwise. */
  readonly shadow?: Action
  readonly policyVersion: string
}

/** A finding and what the policy asks for because of it, also in shadow. */
export interface JudgedFinding extends Finding {
  readonly action: Action
}

interface Judged {
  readonly finding: JudgedFinding
  readonly operator: OperatorName
}

export function guard(text: string, direction: Direction, policy: GuardPolicy, parts: OperatorParts = {}): GuardResult {
  const plan = policy.plans[direction]
  const { judged, score } = judge(text, direction, plan)
  const findings = judged.map(({ finding }) => finding)
  const action = findings.reduce<Action>((all, one) => strictest(all, one.action), 'allow')
  const common = { score, findings, policyVersion: policy.version }
  if (policy.shadow) return { ...common, action: action === 'allow' ? 'allow' : 'flag', text, shadow: action }
  return { ...common, action, text: hide(cut(text, plan), judged, parts) }
}

function judge(text: string, direction: Direction, plan: Plan): { judged: Judged[]; score: number } {
  const { injection, toxicity, canaries, length, links, language, citations } = plan.section
  const judged: Judged[] = []
  let score = 0
  const add = (finding: Finding, action: Action, operator: OperatorName = 'replace') => {
    score = Math.max(score, finding.score)
    if (action !== 'allow') judged.push({ finding: told(finding, action, plan.section), operator })
  }
  const given = clean(text)
  const look = sensitiveSettings(plan.section)
  for (const finding of look === null ? [] : sensitiveIn(given, look)) {
    const { action, operator } = treatmentOf(finding, plan.section)
    add(finding, action, operator)
  }
  if (injection?.action !== undefined) {
    const { score: whole, findings } = injectionIn(given, {
      direction,
      threshold: injection.threshold ?? 0.4,
      ...(injection.off === undefined ? {} : { off: injection.off }),
    })
    score = Math.max(score, whole)
    const action = whole >= (injection.blockFrom ?? 2) ? 'block' : injection.action
    for (const finding of findings) add(finding, action)
  }
  if (toxicity?.action !== undefined) {
    for (const finding of toxicityIn(text, toxicity.threshold ?? 0.6).findings) add(finding, toxicity.action)
  }
  listed(text, plan, add)
  if (links?.action !== undefined) for (const finding of linksIn(text, links.allow ?? [])) add(finding, links.action)
  if (canaries?.action !== undefined && plan.canaries !== null) {
    const why = 'Holds a canary word, so text that nobody should see has leaked.'
    for (const { start, end } of plan.canaries.find(folded(given.text), MANY)) {
      add(
        {
          guard: 'injection',
          type: 'CANARY',
          rule: 'injection/canary',
          start: startOf(given, start),
          end: endOf(given, end),
          score: 1,
          why,
        },
        canaries.action,
      )
    }
  }
  // of a whole text nothing can be hidden
  if (language?.action !== undefined && language.allow !== undefined) {
    for (const finding of languageIn(text, language.allow)) add(finding, unhidden(language.action))
  }
  if (citations?.action !== undefined && direction === 'output') {
    const { least = 1, from = 200 } = citations
    for (const finding of citationIn(text, least, from)) add(finding, unhidden(citations.action))
  }
  const most = longest(plan)
  if (length?.action !== undefined && text.length > most) {
    add(
      {
        guard: 'length',
        type: 'LENGTH',
        rule: 'length/limit',
        start: most,
        end: text.length,
        score: 1,
        why: `Longer than ${most} characters.`,
      },
      unhidden(length.action),
    )
  }
  return { judged, score }
}

const unhidden = (action: Action): Action => (action === 'redact' ? 'flag' : action)

/** Patterns and words of the operator's own. */
function listed(
  text: string,
  plan: Plan,
  add: (finding: Finding, action: Action, operator?: OperatorName) => void,
): void {
  const rangesOf = (found: Parameters<typeof toEnd>[0], action: Action) =>
    hides(action) ? toEnd(found, text.length) : found
  for (const index of plan.matching?.(text) ?? []) {
    const { name, type, action, operator, score, why, pattern } = plan.rules[index] as Plan['rules'][number]
    for (const { start, end } of rangesOf(pattern.find(text, MANY), action))
      add({ guard: 'topic', type, rule: `rule/${name}`, start, end, score, why }, action, operator)
  }
  if (plan.terms.length === 0) return
  const small = folded(text)
  for (const { name, action, terms } of plan.terms) {
    for (const { start, end } of rangesOf(terms.find(small, MANY), action)) {
      add(
        {
          guard: 'topic',
          type: 'TOPIC',
          rule: `terms/${name}`,
          start,
          end,
          score: 0.9,
          why: `A word of your list ${name}.`,
        },
        action,
      )
    }
  }
}

/** Characters that a text may have; a token is four of them, as most are. */
function longest({ section: { length } }: Plan): number {
  return Math.min(length?.characters ?? Number.POSITIVE_INFINITY, (length?.tokens ?? Number.POSITIVE_INFINITY) * 4)
}

function cut(text: string, plan: Plan): string {
  const { length } = plan.section
  const most = longest(plan)
  if (length?.cut !== true || text.length <= most) return text
  // never between the two halves of one character
  const code = text.charCodeAt(most - 1)
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? most - 1 : most)
}

function hide(text: string, judged: readonly Judged[], parts: OperatorParts): string {
  const spans = judged.filter(
    ({ finding }) => hides(finding.action) && finding.guard !== 'length' && finding.start < text.length,
  )
  if (spans.length === 0) return text
  const operators = new Map<OperatorName, Operator>()
  const byType = new Map(spans.map(({ finding, operator }) => [finding.type, operator]))
  return redacted(
    text,
    spans.map(({ finding }) => ({ type: finding.type, start: finding.start, end: Math.min(finding.end, text.length) })),
    (type) => {
      const name = byType.get(type) ?? 'replace'
      const operator = operators.get(name) ?? createOperator(name, parts)
      operators.set(name, operator)
      return operator
    },
  )
}

/** Of `guard` only personal data and secrets, and what the policy asks for because of each. */
export function sensitiveBy(text: string, direction: Direction, { plans }: GuardPolicy): readonly JudgedFinding[] {
  const { section } = plans[direction]
  const look = sensitiveSettings(section)
  if (look === null) return []
  return sensitiveIn(clean(text), look)
    .map((finding) => told(finding, treatmentOf(finding, section).action, section))
    .filter(({ action }) => action !== 'allow')
}

/** What a policy asks for because of personal data or a secret that was found before. */
export function actionOn(
  finding: Pick<Finding, 'guard' | 'type' | 'rule' | 'score'>,
  direction: Direction,
  { plans }: GuardPolicy,
): Action {
  const { section } = plans[direction]
  return inCall(treatmentOf(finding, section).action, section)
}
