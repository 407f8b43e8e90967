/** The names that the page gives must be names that the collector reads. */
import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const dialects = new URL('../../collector/src/receive/dialects/', import.meta.url).pathname
const sources = globSync('*.ts', { cwd: dialects, exclude: ['*.test.ts'] })
  .map((file) => readFileSync(`${dialects}${file}`, 'utf8'))
  .join('\n')
const page = readFileSync(new URL('migration.md', import.meta.url), 'utf8')
const names = [
  ...new Set([...page.matchAll(/`((?:langfuse|langsmith|traceloop|gen_ai|llm)\.[a-z_.]+)`/g)].map((at) => at[1])),
]

it.each(names)('%s', (name = '') => {
  const own = name.replace('traceloop.association.properties.', '')
  expect(sources).toContain(own)
})

it('are many', () => {
  expect(names.length).toBeGreaterThan(20)
})
