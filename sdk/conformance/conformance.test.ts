import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { compile } from './compile.ts'
import { families, type Result, runSuite } from './suite.ts'
import { SUMMARISED, summaryOf, tableOf, withSummary } from './table.ts'

let results: readonly Result[]
beforeAll(async () => {
  // clients warn of models that end soon
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  results = await runSuite()
}, 240_000)
afterAll(() => vi.restoreAllMocks())

it.each(
  families.flatMap(({ subjects }) => subjects.map((subject) => [subject.name, subject.version, subject] as const)),
)('nobody can tell a wrapped %s %s from a bare one, and its books are right', (_name, _version, subject) => {
  const own = results.filter((each) => each.subject === subject)
  expect(own).not.toEqual([])
  for (const { check, bare, wrapped, books } of own) {
    if (check.differs === undefined) expect(wrapped, check.name).toEqual(bare)
    expect(books, check.name).toEqual([])
  }
  expect(own.filter(({ same }) => !same)).toEqual([])
})

it('publishes tables that are up to date: npm run conformance -w sdk', () => {
  const types = compile()
  expect(types).toBe('')
  const published = readFileSync(new URL('../docs/conformance.md', import.meta.url), 'utf8')
  expect(published).toBe(tableOf(results, types === ''))
  for (const page of SUMMARISED) {
    const readme = readFileSync(page, 'utf8')
    expect(readme).toContain('<!-- conformance -->')
    expect(readme).toBe(withSummary(readme, summaryOf(results, types === '')))
  }
})
