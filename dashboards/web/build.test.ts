import { execFile } from 'node:child_process'
import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const room = import.meta.dirname
let copy: string

// a copy: the tests that run meanwhile are served from the real one
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'outrider-build-'))
  await symlink(join(room, '..', '..', 'node_modules'), join(copy, 'node_modules'))
  for (const name of ['build.ts', 'index.html', 'src'])
    await cp(join(room, name), join(copy, name), { recursive: true })
})

afterAll(() => rm(copy, { recursive: true, force: true }))

async function build(): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [join(copy, 'build.ts')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test' },
  })
  return stdout + stderr
}

test('builds when stale, says so in one line, and is silent when fresh', async () => {
  expect(await build()).toMatch(/^pages built in [\d.]+ s\n$/)
  expect(await build()).toBe('')
  await appendFile(join(copy, 'src', 'format.test.ts'), '\n// tests are no source\n')
  expect(await build()).toBe('')
  await appendFile(join(copy, 'src', 'ui', 'base.css'), '\n.changed { top: 0; }\n')
  expect(await build()).toMatch(/^pages built/)
  await rm(join(copy, 'dist', 'index.html'))
  expect(await build()).toMatch(/^pages built/)
})

test('two builds at once leave one whole result', async () => {
  await rm(join(copy, 'dist'), { recursive: true, force: true })
  await Promise.all([build(), build()])
  expect(await build()).toBe('')
  expect((await readdir(join(copy, 'dist'))).sort()).toEqual(['.built', 'assets', 'index.html'])
})

test('without development packages, what was shipped is served', async () => {
  await rm(join(copy, 'node_modules'))
  await appendFile(join(copy, 'src', 'ui', 'base.css'), '\n.changed { top: 1px; }\n')
  expect(await build()).toBe('')
  await rm(join(copy, 'dist'), { recursive: true })
  expect(await build()).toMatch(/^pages not built: vite is not installed/)
  await symlink(join(room, '..', '..', 'node_modules'), join(copy, 'node_modules'))
  expect(await build()).toMatch(/^pages built/)
})

test('needs nothing that the content security policy forbids', async () => {
  await build()
  const html = await readFile(join(copy, 'dist', 'index.html'), 'utf8')
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|data:/)
  for (const [, tag] of html.matchAll(/(<script[^>]*>)/g)) expect(tag).toMatch(/src="\/assets\//)
  const assets = await readdir(join(copy, 'dist', 'assets'))
  for (const asset of assets) {
    expect(asset).toMatch(/-[\w-]{8}\.(js|css|svg)$/)
    const text = await readFile(join(copy, 'dist', 'assets', asset), 'utf8')
    expect(text, asset).not.toMatch(/\beval\(|new Function\(|url\(|@import|sourceMappingURL/)
    for (const [address] of text.matchAll(/https?:\/\/[\w.-]+/g)) {
      // names of XML vocabularies, and where React explains its errors; neither is ever fetched
      expect(address).toMatch(/^https?:\/\/(www\.w3\.org|react\.dev)$/)
    }
  }
  const [script, ...more] = assets.filter((asset) => asset.endsWith('.js'))
  expect(more).toEqual([])
  // React's development half alone is larger than this
  expect((await stat(join(copy, 'dist', 'assets', script!))).size).toBeLessThan(500_000)
})
