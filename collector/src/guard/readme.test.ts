/** What the READMEs show is what the parser takes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-readme-'))
afterAll(() => rmSync(dir, { recursive: true }))
const pages = ['./README.md', '../../../policies/src/guards/README.md']
const blocks = pages.flatMap((page) => {
  const text = readFileSync(new URL(page, import.meta.url), 'utf8')
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => [page, yaml as string] as const)
})

test('both show a configuration', () => expect(new Set(blocks.map(([page]) => page)).size).toBe(2))
test.each(blocks)('the configuration of %s is one', (_page, yaml) => {
  writeFileSync(join(dir, 'house.yaml'), 'name: house\nextends: baseline\n')
  const file = join(dir, 'outrider.yaml')
  writeFileSync(file, yaml.replace('./house.yaml', join(dir, 'house.yaml')))
  const loaded = loadConfig({}, file)
  expect(loaded).toMatchObject({ ok: true })
  expect(loaded.ok && Object.keys(loaded.config.guards).length).toBeGreaterThan(2)
})
