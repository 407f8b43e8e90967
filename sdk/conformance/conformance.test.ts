import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { kinds } from './client.ts'
import { compile } from './compile.ts'
import { type Result, runSuite } from './suite.ts'
import { tableOf } from './table.ts'

let results: readonly Result[]
beforeAll(async () => {
  // clients warn of models that end soon
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  results = await runSuite()
}, 120_000)
afterAll(() => vi.restoreAllMocks())

it.each((await kinds()).map(({ kind, version }) => [kind, version] as const))(
  'nobody can tell a wrapped %s %s from a bare one, and its books are right',
  (name, version) => {
    const own = results.filter(({ kind }) => kind.kind === name && kind.version === version)
    for (const { check, bare, wrapped, books } of own) {
      if (check.differs === undefined) expect(wrapped, check.name).toEqual(bare)
      expect(books, check.name).toEqual([])
    }
    expect(own.filter(({ same }) => !same)).toEqual([])
  },
)

it('publishes a table that is up to date: npm run conformance -w sdk', () => {
  const types = compile()
  expect(types).toBe('')
  const published = readFileSync(new URL('../docs/conformance.md', import.meta.url), 'utf8')
  expect(published).toBe(tableOf(results, types === ''))
})
