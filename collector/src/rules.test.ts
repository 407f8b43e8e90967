import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from './config.ts'
import { budgetSchema, budgetText, mixedBudgets } from './rules.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-rules-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const load = (yaml: string) => {
  const file = join(dir, 'outrider.yaml')
  writeFileSync(file, yaml)
  return loadConfig({}, file)
}

describe('the rules of the README', () => {
  const readme = readFileSync(new URL('gate/README.md', import.meta.url), 'utf8')
  const yaml = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? expect.fail('no rules in the README')

  test('are taken as they stand', () => {
    const loaded = load(yaml)
    expect(loaded).toMatchObject({ ok: true })
  })

  test('show every option there is', () => {
    const written = new Set<string>()
    const collect = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return
      for (const [key, inner] of Object.entries(value)) {
        written.add(key)
        collect(inner)
      }
    }
    collect(parse(yaml))
    for (const option of [
      ...['name', 'scope', 'match', 'limitUsd', 'window', 'timezone', 'ladder', 'shadow', 'at', 'resume', 'do'],
      ...['models', 'maxOutputTokens', 'below', 'measure', 'max', 'holdSeconds', 'redisUrl', 'unpriced'],
    ]) {
      expect(written, option).toContain(option)
    }
  })
})

test('the comments of the example file are rules, too', () => {
  const text = readFileSync(new URL('../../deploy/outrider.example.yaml', import.meta.url), 'utf8')
  const commented = text
    .replace(/^budgets: \[\].*$/m, 'budgets:')
    .replace(/^# (- \{ name: run-cap|- name: team-day)/gm, '$1')
    .replace(/^# ( {2}\S)/gm, '$1')
    .replace(/^# ( {4}- )/gm, '$1')
    .replace(/^(prices|runLimits): \[\] # (.*?\} \}|.*?\})(.*)$/gm, '$1: [ $2 ]')
    .replace(/: \[ - /g, ': [ ')
  const loaded = load(commented)
  expect(loaded.ok ? [] : loaded.problems).toEqual([])
  expect(loaded.ok && loaded.config.budgets.map(({ name }) => name)).toEqual(['run-cap', 'team-day'])
  expect(loaded.ok && loaded.config.budgets[1]?.ladder).toHaveLength(2)
  expect(loaded.ok && loaded.config.prices).toHaveLength(1)
  expect(loaded.ok && loaded.config.runLimits).toHaveLength(1)
})

test.each([
  { name: 'a', scope: 'run', limitUsd: 1 },
  { name: 'b', scope: ['tenant', 'user'], limitUsd: 0.000000001, window: '90m', shadow: true },
  { name: 'c', scope: 'global', limitUsd: 5, window: 'month', timezone: 'Asia/Tokyo', ladder: [{ at: 1, do: 'stop' }] },
  { name: 'd', scope: 'user', limitUsd: 5, window: '7d', match: { kind: 'tool' } },
])('a budget that is written down is read as it was: %j', (written) => {
  const budget = budgetSchema.parse(written)
  expect(budgetSchema.parse(JSON.parse(JSON.stringify(budgetText(budget))))).toEqual(budget)
})

test('budgets that add up tenants are found', () => {
  const budgets = [
    { name: 'run', scope: 'run', limitUsd: 1 },
    { name: 'users', scope: 'user', limitUsd: 1 },
    { name: 'own', scope: ['tenant', 'user'], limitUsd: 1 },
  ].map((written) => budgetSchema.parse(written))
  expect(mixedBudgets(budgets).map(({ name }) => name)).toEqual(['users'])
})
