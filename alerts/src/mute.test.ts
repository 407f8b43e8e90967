import { describe, expect, it } from 'vitest'
import { isDue, type Maintenance, mutedBy, type Silence } from './mute.ts'

const alert = {
  ...{ identity: 'x', rule: 'error-rate', metric: 'error_rate', severity: 'critical' },
  ...{ labels: { agent: 'triage' }, ruleLabels: { team: 'support' } },
} as const
const silence: Silence = { id: '1', match: { agent: 'tri*' }, startsMs: 1000, endsMs: 2000, by: 'ada', reason: 'known' }
/** Sundays 22:00 to Mondays 02:00, UTC. */
const night: Maintenance = { name: 'night', match: {}, days: [0], fromMinute: 1320, toMinute: 120 }
const at = (iso: string) => Date.parse(iso)

describe('mutedBy', () => {
  it.each([
    ['before it starts', silence, 999, null],
    ['while it lasts', silence, 1000, 'silence 1'],
    ['when it has ended', silence, 2000, null],
    ['of somebody else', { ...silence, match: { agent: 'other' } }, 1500, null],
    ['of a label that is not there', { ...silence, match: { model: '*' } }, 1500, null],
    ['of a rule', { ...silence, match: { rule: 'error-rate', team: 'support' } }, 1500, 'silence 1'],
  ])('a silence %s', (_what, one, now, by) => {
    expect(mutedBy(alert, { silences: [one], maintenance: [] }, now)).toBe(by)
  })
  it.each([
    ['2026-11-22T21:59:00Z', null],
    ['2026-11-22T22:00:00Z', 'maintenance night'],
    ['2026-11-23T01:59:00Z', 'maintenance night'],
    ['2026-11-23T02:00:00Z', null],
    ['2026-11-24T01:00:00Z', null],
  ])('maintenance over midnight: %s', (iso, by) => {
    expect(mutedBy(alert, { silences: [], maintenance: [night] }, at(iso))).toBe(by)
  })
})

it.each([
  [null, 0, true],
  [0, 3_599_999, false],
  [0, 3_600_000, true],
])('told at %s, at %d: due %s', (told, now, due) => {
  expect(isDue(told, now, 3_600_000)).toBe(due)
})
