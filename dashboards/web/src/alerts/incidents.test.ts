import { describe, expect, it } from 'vitest'
import type { Alert } from '../api.ts'
import type { OpenAlert } from './alerts-api.ts'
import { openFolded, pastFolded, quietWords } from './incidents.ts'

const alert = (identity: string, given: Partial<Alert> = {}): Alert => ({
  ...{ identity, event: 'fired', rule: 'r', metric: 'error_rate', severity: 'critical', labels: {}, text: identity },
  ...{ time: '2026-11-21T12:00:00Z', since: '2026-11-21T12:00:00Z', examples: [], changes: [] },
  ...{ incident: 'cause', told: true, ...given },
})
const names = (folded: readonly { alert: Alert | OpenAlert; symptoms: readonly { identity: string }[] }[]) =>
  folded.map((one) => [one.alert.identity, ...one.symptoms.map(({ identity }) => identity)])

describe('incidents', () => {
  it('what is open stands under its cause, and alone where that is not shown', () => {
    const open = (identity: string, given: Partial<OpenAlert> = {}): OpenAlert => ({
      ...alert(identity),
      ...{ state: 'firing', mutedBy: null, symptomOf: null, symptoms: [], ...given },
    })
    const symptom = open('symptom', { symptomOf: 'cause', mutedBy: 'cause', told: false })
    expect(names(openFolded([symptom, open('cause', { symptoms: [symptom] })]))).toEqual([['cause', 'symptom']])
    expect(names(openFolded([symptom]))).toEqual([['symptom']])
  })

  it('what happened stands under what was told nearest to it, and ends with it', () => {
    const at = (time: string, given: Partial<Alert> = {}) => ({ time: `2026-11-21T${time}:00Z`, ...given })
    const quiet = { told: false }
    expect(
      names(
        pastFolded([
          alert('cause', at('15:00')),
          alert('again', at('14:59', quiet)),
          alert('cause', at('13:00', { event: 'resolved' })),
          alert('symptom', at('12:59', { ...quiet, event: 'resolved' })),
          alert('symptom', at('12:01', quiet)),
          alert('cause', at('12:00')),
          alert('other', at('11:00', { ...quiet, incident: 'not here' })),
        ]),
      ),
    ).toEqual([['cause', 'again'], ['cause'], ['cause', 'symptom'], ['other']])
  })

  it.each([
    ['silence 1', 'silence 1'],
    ['["error-rate","research"]', 'error-rate research'],
    ['another alert', 'another alert'],
  ])('quiet by %s', (mutedBy, words) => {
    expect(quietWords(mutedBy)).toBe(words)
  })
})
