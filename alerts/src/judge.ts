/** From a rule to the trigger that judges its series. */
import { type BandState, createBand } from './band.ts'
import { createBurn, createChange, createThreshold } from './fixed.ts'
import { type Measure, measures } from './measure.ts'
import type { Rule, RuleTrigger } from './rule.ts'
import { createSilence } from './silence.ts'
import { createTailRank } from './tail-rank.ts'
import type { Point, Reading, Side, Trigger } from './trigger.ts'
import { createZscore } from './zscore.ts'

/** A trigger whose state is its own business. */
export type Judge = Trigger<unknown>

/** `step`: minutes from one bucket to the next. */
export function createJudge(rule: Rule, step: number): Judge {
  return plain(rule.trigger, rule, step) as Judge
}

function plain(trigger: RuleTrigger, { kind, bad }: Rule, step: number) {
  switch (trigger.type) {
    case 'band':
      return kind === 'sum' ? createSum(trigger, bad, step) : createKindBand(trigger, kind, bad, step)
    case 'tail-rank':
      return createTailRank({ bad, limit: trigger.limit })
    case 'zscore':
      return createZscore({ ...trigger, bad, window: Math.max(2, Math.round(trigger.windowMinutes / step)) })
    case 'threshold':
      return createThreshold({ ...trigger, bad: bad === 'down' ? 'down' : 'up' })
    case 'change':
      return createChange({ ...trigger, bad, step })
    case 'burn-rate':
      return createBurn({ ...trigger, step })
    case 'silence':
      return createSilence(trigger)
  }
}

type BandTrigger = Extract<RuleTrigger, { type: 'band' }>

function createKindBand(trigger: BandTrigger, kind: Rule['kind'], bad: Side, step: number) {
  return createMeasured(trigger, measures[kind], bad, step)
}

function createMeasured({ limit, effect, floor }: BandTrigger, measure: Measure, bad: Side, step: number) {
  const asked = {
    ...(effect === null ? {} : { effect: measure.logarithmic ? Math.log(1 + effect) : effect }),
    ...(floor === null ? {} : { floor }),
  }
  return createBand({ measure: { ...measure, ...asked }, bad, step, limit })
}

interface SumState {
  readonly perCall: BandState
  readonly total: BandState
}

/**
 * Amounts are judged twice: what one call takes, on the side that the rule names, and what all of them take, upwards only:
 * fewer calls than usual are less work, not trouble.
 */
function createSum(trigger: BandTrigger, bad: Side, step: number): Trigger<SumState> {
  // weeks are of how much work there is, not of what a piece of it takes
  const perCall = createMeasured(trigger, { ...measures.sum, excuse: 'yesterday' }, bad, step)
  const total = createKindBand(trigger, 'sum', 'up', step)
  return {
    start: () => ({ perCall: perCall.start(), total: total.start() }),
    read: (state, point: Point, firing) => {
      const one =
        point.count > 0 ? perCall.read(state.perCall, { ...point, value: point.value / point.count }, firing) : null
      const all = total.read(state.total, point, firing)
      const both = one === null || all === null ? (one ?? all) : louder(one, all)
      return both === null ? null : { ...both, parts: [all, one] }
    },
    relearn: (state) => {
      perCall.relearn(state.perCall)
      total.relearn(state.total)
    },
  }
}

const order = ['calm', 'between', 'over', 'certain'] as const satisfies readonly Reading['verdict'][]

function louder(perCall: Reading, total: Reading): Reading {
  const [a, b] = [order.indexOf(perCall.verdict), order.indexOf(total.verdict)]
  if (a > b || (a === b && perCall.score > total.score)) return { ...perCall, channel: `${perCall.channel} per call` }
  return total
}
