import { expect, test } from 'vitest'
import type { Decision } from './answers.ts'
import { decisionLines } from './decision-lines.ts'
import { unpainted } from './terminal.ts'

const decision = (rest: Partial<Decision>): Decision => ({
  ...{ id: 'a', time: '2026-11-21T09:27:54.123Z', kind: 'model', decision: 'allow', agent: 'refunds', model: 'gpt-4o' },
  ...{ toolName: null, parentHoldId: null, heldUsd: 0.5, spentUsd: 0.2, state: 'settled', reasons: [] },
  ...rest,
})
const lines = (decisions: readonly Decision[], width: number | null = null) => {
  return decisionLines(decisions, { paint: unpainted, width })
}
const reason = { rule: 'cap', code: 'BUDGET_EXCEEDED', message: 'nothing is left' }

test('a run without decisions shows none', () => expect(lines([])).toEqual([]))

test('money is added up once: what draws on a delegation is part of it', () => {
  const open = decision({ state: 'open', spentUsd: null })
  const child = decision({ parentHoldId: 'a', spentUsd: 0.1 })
  expect(lines([decision({}), open, child])).toEqual(['3 decisions · $0.2000 spent · $0.5000 held'])
})

test('what was refused or degraded is named with its reasons, shadow rules are not', () => {
  const reasons = [reason, { ...reason, code: 'RUN_LIMIT', shadow: true }]
  const told = lines([
    decision({ decision: 'deny', state: 'refused', spentUsd: null, reasons }),
    decision({ decision: 'degrade', kind: 'tool', toolName: 'search', model: null, agent: null }),
  ])
  expect(told).toEqual([
    '2 decisions · $0.2000 spent · 1 refused',
    '09:27:54  refused  model gpt-4o @refunds',
    '          BUDGET_EXCEEDED: nothing is left',
    '09:27:54  degrade  tool search',
  ])
})

test('no control character and no long line gets to the terminal, and a storm is cut', () => {
  const storm = Array.from({ length: 30 }, () => {
    return decision({ decision: 'deny', reasons: [{ ...reason, message: `\u001b[31m${'x'.repeat(200)}` }] })
  })
  const told = lines(storm, 60)
  expect(told.join('')).not.toContain('\u001b')
  expect(Math.max(...told.map((line) => line.length))).toBeLessThanOrEqual(60)
  expect(told.at(-1)).toBe('… and 10 more')
})
