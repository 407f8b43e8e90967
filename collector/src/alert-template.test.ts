import { describe, expect, it } from 'vitest'
import { type Alert, alone } from './alert.ts'
import { fillTemplate, templateProblem } from './alert-template.ts'

const TIME = Date.parse('2026-11-21T12:00:00Z')
const alert: Alert = {
  ...alone('x'),
  ...{ event: 'fired', identity: 'x', rule: 'error-rate', metric: 'error_rate', severity: 'critical' },
  ...{ labels: { agent: 'tri{age}' }, ruleLabels: { team: 'support' }, runbook: '/runbooks/error-rate' },
  ...{ timeMs: TIME, sinceMs: TIME - 120_000, value: 0.21234, center: 0.05, deviation: 0.01, z: null, score: 15 },
  ...{ channel: 'level', calls: 60, cause: null, peak: { value: 0.3, score: 15, timeMs: TIME }, text: 'it fails' },
  ...{ examples: ['a'.repeat(32), 'b'.repeat(32)], share: { label: 'model', value: 'm', part: 0.934 } },
  changes: [{ what: 'promptVersion', version: 'p 2', timeMs: TIME }],
}

describe('a template', () => {
  it.each([
    ['{severity} {rule} of {agent}: {text}', 'critical error-rate of tri{age}: it fails'],
    ['{value} for {normal} ± {deviation}, z {z}.', '0.2123 for 0.05 ± 0.01, z .'],
    ['{status} since {since}, peak {peak}', 'firing since 2026-11-21T11:58:00.000Z, peak 0.3'],
    ['{why}; {changes}; {label.team}', '93 % model m; promptVersion p 2; support'],
    ['{runbook}', 'https://o.example/runbooks/error-rate'],
    ['{runs}', `https://o.example/runs/${'a'.repeat(32)} https://o.example/runs/${'b'.repeat(32)}`],
    ['{model}{tool}{label.nothing}', ''],
    ['no braces, "quotes" $& $1', 'no braces, "quotes" $& $1'],
  ])('%s', (template, expected) => {
    expect(templateProblem(template)).toBeNull()
    expect(fillTemplate(template, alert, 'https://o.example')).toBe(expected)
  })

  it('a field that there is not is named with the one that was meant', () => {
    expect(templateProblem('{agnet}: {text}')).toContain('did you mean agent?')
    expect(templateProblem('{}')).toContain('is not a field')
  })
})
