import { describe, expect, it } from 'vitest'
import type { Call } from './call.ts'
import { aCall, decideIn, NOON, someRules } from './fixture.ts'
import { type RunFacts, type RunMeasure, withDefaultLimits } from './run-limit.ts'

const run = (change: Partial<RunFacts> = {}): RunFacts => ({
  startedAt: NOON,
  modelCalls: 0,
  toolCalls: 0,
  turns: 0,
  ...change,
})
const tool: Partial<Call> = { kind: 'tool', model: null, toolName: 'search' }

const refused = (measure: RunMeasure, max: number, call: Partial<Call>, facts: RunFacts | null, shadow = false) =>
  decideIn(aCall(call), someRules({ runLimits: [{ measure, max, match: {}, shadow }] }), { run: facts }).verdict

describe('a run limit', () => {
  it.each<[RunMeasure, number, Partial<Call>, RunFacts | null, string | null]>([
    ['turns', 2, {}, run({ turns: 1 }), null],
    ['turns', 2, {}, run({ turns: 2 }), 'Agent researcher had its 2 turns in this run.'],
    ['turns', 2, { agent: null }, run({ turns: 2 }), 'Agent (unnamed) had its 2 turns in this run.'],
    ['turns', 2, tool, run({ turns: 2 }), null],
    ['turns', 0, {}, null, 'Agent researcher had its 0 turns in this run.'],
    ['modelCalls', 3, {}, run({ modelCalls: 3 }), 'This run made its 3 model calls.'],
    ['modelCalls', 3, {}, run({ modelCalls: 2 }), null],
    ['modelCalls', 3, tool, run({ modelCalls: 3 }), null],
    ['toolCalls', 3, tool, run({ toolCalls: 3 }), 'This run made its 3 tool calls.'],
    ['toolCalls', 3, {}, run({ toolCalls: 3 }), null],
    ['depth', 2, { depth: 2 }, null, null],
    ['depth', 2, { depth: 3 }, null, '3 agents stand above this call; 2 are allowed.'],
    ['depth', 2, { depth: null }, null, null],
    ['seconds', 60, {}, run({ startedAt: NOON - 60_000 }), null],
    ['seconds', 60, {}, run({ startedAt: NOON - 60_001 }), 'This run began 60 s ago; 60 s are allowed.'],
    ['seconds', 60, tool, run({ startedAt: NOON - 90_000 }), 'This run began 90 s ago; 60 s are allowed.'],
    ['seconds', 60, {}, run({ startedAt: NOON + 90_000 }), null],
    ['seconds', 60, {}, null, null],
  ])('%s %i', (measure, max, call, facts, message) => {
    const { decision, reasons } = refused(measure, max, call, facts)
    expect(decision).toBe(message === null ? 'allow' : 'deny')
    expect(reasons).toEqual(
      message === null
        ? []
        : [{ rule: `run-limit:${measure}`, code: 'RUN_LIMIT', message, scope: 'run', retryable: false }],
    )
  })

  it('only reports in shadow', () => {
    expect(refused('turns', 0, {}, null, true)).toMatchObject({ decision: 'allow', reasons: [{ shadow: true }] })
  })

  it('means only what it matches', () => {
    const limit = { measure: 'turns', max: 0, match: { agent: ['writer'] }, shadow: false } as const
    expect(decideIn(aCall(), someRules({ runLimits: [limit] })).verdict.decision).toBe('allow')
  })
})

describe('withDefaultLimits', () => {
  it('adds in shadow what nobody configured', () => {
    const limits = withDefaultLimits([{ measure: 'turns', max: 5, match: {}, shadow: false }])
    expect(limits.map(({ measure, max, shadow }) => [measure, max, shadow])).toEqual([
      ['turns', 5, false],
      ['depth', 8, true],
      ['seconds', 3600, true],
      ['modelCalls', 500, true],
      ['toolCalls', 1000, true],
    ])
  })
})
