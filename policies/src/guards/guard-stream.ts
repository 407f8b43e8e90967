import { type Action, strictest } from './action.ts'
import { guard } from './guard.ts'
import type { Direction } from './injection/injection.ts'
import { createOperator, type Operator, type OperatorName, type OperatorParts } from './operator.ts'
import type { GuardPolicy, Plan } from './policy.ts'
import { createStream, type StreamRedactor } from './stream.ts'
import { hides, sensitiveSettings, treatmentOf } from './treatment.ts'

export interface GuardStream extends StreamRedactor {
  /** The strictest action asked for so far: at `block` stop reading and say so. */
  action(): Action
}

/**
 * `guard` for a text that arrives in pieces. What comes out is the text that `guard` gives for the whole, as far as
 * personal data and secrets go. Where the policy hides by patterns, words or links of its own, or cuts, all is held back
 * to the end: those have no bound.
 */
export function createGuardStream(direction: Direction, policy: GuardPolicy, parts: OperatorParts = {}): GuardStream {
  const plan = policy.plans[direction]
  const look = sensitiveSettings(plan.section)
  if (policy.shadow || needsWhole(plan)) return wholeStream(direction, policy, parts)
  if (look === null) return { push: (piece) => piece, end: () => '', action: () => 'allow' }
  let strict: Action = 'allow'
  const operators = new Map<OperatorName, Operator>()
  const stream = createStream({
    look,
    operatorOf(finding) {
      const { action, operator } = treatmentOf(finding, plan.section)
      strict = strictest(strict, action)
      if (!hides(action)) return null
      const made = operators.get(operator) ?? createOperator(operator, parts)
      operators.set(operator, made)
      return made
    },
  })
  return { ...stream, action: () => strict }
}

function needsWhole({ rules, terms, section }: Plan): boolean {
  const { links, toxicity, injection, canaries, length } = section
  const actions = [...rules, ...terms].map(({ action }) => action)
  if (injection?.blockFrom !== undefined) actions.push('block')
  for (const one of [links, toxicity, injection, canaries]) if (one?.action !== undefined) actions.push(one.action)
  return length?.cut === true || actions.some(hides)
}

function wholeStream(direction: Direction, policy: GuardPolicy, parts: OperatorParts): GuardStream {
  const pieces: string[] = []
  let strict: Action = 'allow'
  return {
    push(piece) {
      if (policy.shadow) return piece
      pieces.push(piece)
      return ''
    },
    end() {
      if (policy.shadow) return ''
      const result = guard(pieces.join(''), direction, policy, parts)
      strict = result.action
      return result.text
    },
    action: () => strict,
  }
}
