import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Config, loadConfig } from './config.ts'
import { createReload, type Reload } from './reload.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-reload-'))
const file = join(dir, 'outrider.yaml')
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const rules = (limit: string | number, more = '') => `budgets: [ { name: a, scope: run, limitUsd: ${limit} } ]\n${more}`
const limits = (applied: readonly Config[]) => applied.map(({ budgets }) => budgets[0]?.limit)
let applied: Config[] = []
let said: string[] = []
let reload: Reload

beforeEach(() => {
  applied = []
  said = []
  writeFileSync(file, rules(1))
  const first = loadConfig({}, file)
  const say = (level: string) => (fields: object, text: string) =>
    said.push(`${level} ${JSON.stringify(fields)} ${text}`)
  reload = createReload(first.ok ? first.config : expect.fail(), {
    load: () => loadConfig({}, file),
    apply: (config) => applied.push(config),
    log: { info: say('info'), warn: say('warn'), error: say('error') },
  })
})
afterEach(() => reload.close())

test('new rules are taken, the same ones are not taken twice', () => {
  writeFileSync(file, rules(2))
  reload.now()
  reload.now()
  expect(limits(applied)).toEqual([2_000_000_000])
})

test('of a file with mistakes nothing is taken, and each is named with its line', () => {
  writeFileSync(file, rules(-1, 'runLimits: [ { measure: naps, max: 1 } ]\n'))
  reload.now()
  expect(applied).toEqual([])
  expect(said).toHaveLength(2)
  expect(said[0]).toContain('"path":"budgets[0].limitUsd","line":1')
  expect(said[1]).toContain('"path":"runLimits[0].measure","line":2')
})

test('what waits for a restart is said, and said again as long as it does', () => {
  writeFileSync(file, rules(1, 'retention: { days: 7 }\n'))
  reload.now()
  reload.now()
  expect(applied).toEqual([])
  expect(said.filter((line) => line.includes('"retention"'))).toHaveLength(2)
})

test('a file that is replaced is read again by itself', async () => {
  reload.watch(file, 20)
  writeFileSync(`${file}.new`, rules(3))
  renameSync(`${file}.new`, file)
  await vi.waitFor(() => expect(limits(applied)).toEqual([3_000_000_000]), { timeout: 10_000 })
})
