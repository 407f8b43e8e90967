import { describe, expect, test } from 'vitest'
import type { Agent, Agents, Step } from './agents-api.ts'
import { failedShare, lanesOf, words } from './heat.ts'

const HOUR_MS = 3_600_000
const fared = { runs: 4, failedRuns: 0, turns: 4, calls: 9, failedCalls: 0, p50Ms: 50, p95Ms: 100, costUsd: 1 }
const step = (hour: number, given: Partial<Step> = {}): Step => {
  return { ...fared, from: new Date(hour * HOUR_MS).toISOString(), ...given }
}
const agent = (name: string, given: Partial<Agent> = {}): Agent => ({
  ...{ ...fared, agent: name, inputTokens: 0, outputTokens: 0, unpricedCalls: 0, lastSeen: '', steps: [] },
  ...given,
})
const answer = (...agents: Agent[]): Agents => {
  return {
    from: new Date(0).toISOString(),
    to: new Date(4 * HOUR_MS - 1).toISOString(),
    stepMs: HOUR_MS,
    agents,
    handoffs: [],
    starts: [],
  }
}

describe('the grid', () => {
  test('has a cell for every step of the window, also where nothing ran and for the one that goes on', () => {
    const [lane] = lanesOf(answer(agent('a', { steps: [step(0), step(3)] })), 'success')
    expect(lane?.cells.map((cell) => [cell.fromMs / HOUR_MS, cell.toMs / HOUR_MS, cell.step !== null])).toEqual([
      [0, 1, true],
      [1, 2, false],
      [2, 3, false],
      [3, 4, true],
    ])
  })

  test.each([
    ['success', [0, 0.25, 1]],
    ['cost', [0.5, 1, 0]],
    // against its own median of 100 ms: as usual, twice as slow, faster
    ['latency', [0, 0.5, 0]],
  ] as const)('%s', (metric, levels) => {
    const steps = [
      step(0, { costUsd: 1 }),
      step(1, { failedRuns: 1, costUsd: 2, p95Ms: 200 }),
      step(2, { failedRuns: 4, costUsd: null, p95Ms: 20 }),
    ]
    const [lane] = lanesOf(answer(agent('a', { steps })), metric)
    expect(lane?.cells.slice(0, 3).map(({ level }) => level)).toEqual(levels)
  })

  test.each([
    ['success', ['failing', 'rare', 'busy', 'dear']],
    ['cost', ['dear', 'busy', 'failing', 'rare']],
    ['latency', ['rare', 'busy', 'dear', 'failing']],
  ] as const)('by %s, the worst come first', (metric, names) => {
    const lanes = lanesOf(
      answer(
        agent('busy', { runs: 90, costUsd: 5 }),
        agent('dear', { runs: 4, costUsd: 9 }),
        agent('failing', { failedRuns: 3, costUsd: 2, p95Ms: 1 }),
        agent('rare', { runs: 2, failedRuns: 1, costUsd: null, p95Ms: 999 }),
      ),
      metric,
    )
    expect(lanes.map((lane) => lane.agent.agent)).toEqual(names)
  })
})

test.each([
  [8, 1, '12.5 %'],
  [3, 0, '0 %'],
  [3, 3, '100 %'],
  [10_000, 1, '< 0.1 %'],
  [10_000, 9999, '> 99.9 %'],
])('of %i runs, %i failed: %s', (runs, failedRuns, share) => {
  expect(failedShare({ runs, failedRuns })).toBe(share)
})

test('words say all of it', () => {
  expect(words({ ...fared, runs: 1 })).toBe('1 run, none failed, p95 100 ms, $1.00')
  expect(words({ ...fared, failedRuns: 2, p95Ms: null, costUsd: null })).toBe('4 runs, 2 failed, p95 —, —')
})
