import { type Action, strictest } from './action.ts'
import { enforces } from './enforces.ts'
import { guard, type JudgedFinding } from './guard.ts'
import type { Direction } from './injection/injection.ts'
import { createOperator, type Operator, type OperatorName, type OperatorParts } from './operator.ts'
import type { GuardPolicy, Plan } from './policy.ts'
import { createStream, type StreamRedactor } from './stream.ts'
import { hides, inCall, sensitiveSettings, told, treatmentOf } from './treatment.ts'
import type { Vault } from './vault.ts'

export interface GuardStream extends StreamRedactor {
  /** The strictest action asked for so far: at `ask` and `block` stop reading and say so. */
  action(): Action
  /** What was found so far, places in the whole text. After the end all that `guard` finds in the whole; see `atOnce`. */
  findings(): readonly JudgedFinding[]
}

export interface GuardStreamParts extends OperatorParts {
  /** Whose tokens become values again in what comes out: the vault that hid what went in. */
  readonly restore?: Vault | undefined
  /** Nothing comes out before the end. @default false */
  readonly whole?: boolean | undefined
  /**
   * A longer text is not read once more as a whole at its end: its findings are then those that hide something, and what
   * would only be flagged is not told. UTF-16 units. @default no limit
   */
  readonly atOnce?: number | undefined
}

/**
 * `guard` for a text that arrives in pieces. What comes out is the text that `guard` gives for the whole, as far as
 * personal data and secrets go. Where the policy hides by patterns, words or links of its own, or cuts, all is held back
 * to the end: those have no bound. Keeps the text: the caller bounds it.
 */
export function createGuardStream(
  direction: Direction,
  policy: GuardPolicy,
  { restore, whole = false, atOnce = Number.POSITIVE_INFINITY, ...parts }: GuardStreamParts = {},
): GuardStream {
  const plan = policy.plans[direction]
  const look = enforces(policy, direction) ? sensitiveSettings(plan.section) : null
  const judgesAll = !policy.shadow && needsWhole(plan)
  const holdsAll = whole || judgesAll
  const passes = !holdsAll && look === null && restore === undefined
  const pieces: string[] = []
  const found: JudgedFinding[] = []
  let strict: Action = 'allow'
  /** Given out, where the stream below is not asked. */
  let out = 0
  const operators = new Map<OperatorName, Operator>()
  const stream = createStream({
    look: look ?? NOTHING,
    restore,
    operatorOf(finding) {
      const { action: asked, operator } = treatmentOf(finding, plan.section)
      const judged = told(finding, asked, plan.section)
      strict = strictest(strict, judged.action)
      if (judged.action !== 'allow') found.push(judged)
      if (!hides(judged.action)) return null
      const made = operators.get(operator) ?? createOperator(operator, parts)
      operators.set(operator, made)
      return made
    },
  })

  return {
    push(piece) {
      pieces.push(piece)
      if (holdsAll) return ''
      if (!passes) return stream.push(piece)
      out += piece.length
      return piece
    },
    end() {
      const text = pieces.splice(0).join('')
      const rest = judgesAll || passes ? '' : (holdsAll ? stream.push(text) : '') + stream.end()
      out = text.length
      if (!judgesAll && text.length > atOnce) return rest
      const judged = guard(text, direction, policy, parts)
      strict = strictest(strict, judged.action)
      found.splice(0, found.length, ...judged.findings)
      if (!judgesAll) return rest
      const restored = createStream({ look: NOTHING, restore, operatorOf: () => null })
      return restored.push(judged.text) + restored.end()
    },
    until: () => (holdsAll || passes ? out : stream.until()),
    action: () => strict,
    findings: () => found,
  }
}

const NOTHING = { pii: false, secrets: false, threshold: 1 } as const

function needsWhole({ rules, terms, section, canaries: words }: Plan): boolean {
  const { links, toxicity, injection, length, language, citations } = section
  const canaries = words === null ? undefined : section.canaries
  const actions = [...rules, ...terms].map(({ action }) => action)
  if (injection?.blockFrom !== undefined) actions.push('block')
  for (const one of [links, toxicity, injection, canaries]) if (one?.action !== undefined) actions.push(one.action)
  // of these nothing is hidden: they let a whole text go or not
  for (const one of [length, language, citations]) if (one?.action !== 'redact' && one?.action) actions.push(one.action)
  return length?.cut === true || actions.some((action) => hides(inCall(action, section)))
}
