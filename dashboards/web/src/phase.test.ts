import { expect, test } from 'vitest'
import { phaseOf } from './phase.ts'

const startTime = '2026-11-21T12:00:00.000000000Z'

test.each([
  [{ rootSeen: true, status: 'ok' }, '12:01', 'ok'],
  [{ rootSeen: true, status: 'unset' }, '12:01', 'done'],
  [{ rootSeen: true, status: 'error' }, '12:01', 'error'],
  [{ rootSeen: false, status: 'error' }, '12:01', 'running'],
  [{ rootSeen: false, status: 'unset' }, '12:15', 'running'],
  [{ rootSeen: false, status: 'unset' }, '12:17', 'incomplete'],
] as const)('%j at %s is %s', (run, clock, phase) => {
  expect(phaseOf({ ...run, startTime, durationMs: 60_000 }, new Date(`2026-11-21T${clock}:00Z`))).toBe(phase)
})
