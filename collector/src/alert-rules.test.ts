import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadRules, PACKS, packFile } from './alert-rules.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const load = (text: string) => {
  const file = join(folder, 'rules.yaml')
  writeFileSync(file, text)
  return loadRules([file])
}
const rule = (lines: string) => `rules:\n  - name: mine\n    metric: error_rate\n    by: [agent]\n    bad: up\n${lines}`

describe('alert rules', () => {
  it('the packs are right as they are shipped', () => {
    const loaded = loadRules(PACKS.map(packFile))
    expect(loaded).toMatchObject({ ok: true })
    expect(loaded.ok && loaded.rules.map(({ name }) => name)).toContain('error-rate')
  })

  it('defaults are filled in', () => {
    expect(load(rule('    band: {}\n'))).toEqual({
      ok: true,
      rules: [
        {
          ...{ name: 'mine', metric: 'error_rate', by: ['agent'], match: {}, kind: 'ratio', bad: 'up' },
          ...{ trigger: { type: 'band', limit: 4.75, effect: null, floor: null }, hits: 3, of: 4, keepFiring: 10 },
          ...{ newNormalMinutes: 360, leastCalls: 0, severity: 'warning', labels: {}, runbook: null },
        },
      ],
    })
  })

  it.each([
    [
      'an unknown metric',
      rule('    band: {}\n').replace('error_rate', 'eror_rate'),
      3,
      'rules[0].metric',
      'did you mean error_rate?',
    ],
    [
      'an unknown label',
      rule('    band: {}\n').replace('[agent]', '[agnet]'),
      4,
      'rules[0].by[0]',
      'did you mean agent?',
    ],
    ['an unknown setting', rule('    band: {}\n    severty: info\n'), 7, 'rules[0].severty', 'did you mean severity?'],
    [
      'a label that the metric does not have',
      rule('    band: {}\n').replace('[agent]', '[tool]'),
      4,
      'rules[0].by',
      'error_rate has agent',
    ],
    ['no trigger', rule(''), 2, 'rules[0].name', 'exactly one of band'],
    ['two triggers', rule('    band: {}\n    zscore: {}\n'), 7, 'rules[0].zscore', 'exactly one of band'],
    [
      'more hits than buckets',
      rule('    for: 5 of 4\n    band: {}\n'),
      6,
      'rules[0].for',
      'more minutes than it looks at',
    ],
    [
      'a match that does not tell apart',
      rule('    match: { model: x }\n    band: {}\n'),
      6,
      'rules[0].match',
      'not in by',
    ],
    [
      'a share with a period',
      rule('    burnRate: { budget: 0.01, periodMinutes: 60 }\n'),
      6,
      'rules[0].burnRate',
      'not an amount',
    ],
    ['what is no YAML', 'rules: [', 1, '', ''],
  ])('%s is named with its line', (_what, text, line, path, message) => {
    const loaded = load(text)
    expect(loaded.ok).toBe(false)
    if (loaded.ok) return
    expect(loaded.problems[0]).toMatchObject({ line, path })
    expect(loaded.problems.map((problem) => problem.message).join('\n')).toContain(message)
  })

  it('a name that stands twice is a problem', () => {
    const two = `${rule('    band: {}\n')}  - { name: mine, metric: calls, bad: up, band: {} }\n`
    expect(load(two)).toMatchObject({ ok: false, problems: [{ path: 'rules[1].name' }] })
  })
})
