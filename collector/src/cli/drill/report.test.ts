import { describe, expect, test } from 'vitest'
import { unpainted } from '../terminal.ts'
import type { DrillCall } from './load.ts'
import { type DrillFacts, drillLines, drillReport } from './report.ts'

const call = (id: string, asked: number, rest: Partial<DrillCall> = {}): DrillCall => ({
  ...{ id, asked, answered: asked + 1, decision: 'allow', heldUsd: 0.01, ended: asked + 100, aborted: false },
  ...rest,
})
const refused = { decision: 'deny', heldUsd: 0, ended: null } as const

/** The switch is asked for at 1000, answered at 1010, heard at 1012. */
const facts = (calls: readonly DrillCall[], arrived: readonly (readonly [string, number])[]): DrillFacts => ({
  ...{ target: 'agent/drill', model: 'm', calls, arrived: new Map(arrived), inputUsd: 0.002 },
  ...{ asked: 1000, answered: 1010, heard: 1012 },
})

describe('a drill', () => {
  const calls = [
    call('done', 800),
    call('aborted', 950, { ended: 1013, aborted: true }),
    call('ended', 980, { ended: 1080 }),
    call('between', 1005, { ended: 1014, aborted: true }),
    call('after', 1020, refused),
  ]
  const arrived = [
    ['done', 802],
    ['aborted', 952],
    ['ended', 982],
    ['between', 1007],
  ] as const
  const report = drillReport(facts(calls, arrived))

  test('tells what was in flight, how it ended, and what a stop does not save', () => {
    expect(report).toMatchObject({
      ...{
        grantedBefore: 4,
        refusedAfter: 1,
        grantedAfter: 0,
        answerMs: 10,
        heardMs: 12,
        lastCallMs: 7,
        stoppedMs: 80,
      },
      inFlight: { calls: 3, heldUsd: 0.03, aborted: 2, ids: ['aborted', 'ended', 'between'] },
      // all of the one that ended, what went into the others
      strayUsd: 0.014,
    })
  })

  test('shows it in lines', () => {
    const lines = drillLines(report, unpainted)
    expect(lines).toContain('granted after         0')
    expect(lines).toContain('in flight             3 calls of m, $0.0300 at most, 2 aborted')
    expect(lines).toContain('stray money           $0.0140')
  })

  test('finds a call that was granted after the answer, and a switch that nobody heard', () => {
    const late = [...calls, call('late', 1011, { ended: 1111 })]
    const found = drillReport({ ...facts(late, [...arrived, ['late', 1013]]), heard: null })
    expect(found).toMatchObject({ grantedAfter: 1, heardMs: null, lastCallMs: 13, stoppedMs: 111, strayUsd: 0.024 })
    expect(drillLines(found, unpainted)).toContain('breach to event       never heard')
  })
})
