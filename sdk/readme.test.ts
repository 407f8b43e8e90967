import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startCatcher } from './test/catcher.ts'
import { startProviderStub } from './test/provider-stub.ts'

const pages = ['README.md', ...globSync('docs/*.md', { cwd: import.meta.dirname }).toSorted()]
const blocks = pages.flatMap((page) => {
  const text = readFileSync(new URL(page, import.meta.url), 'utf8')
  return [...text.matchAll(/^```ts run (.*)\n([\s\S]*?)^```/gm)].map(([, spans, code]) => [page, spans, code] as const)
})

it('has examples', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(3)
})

it.each(blocks)('%s: the example that makes %s', async (_, spans, code) => {
  await using catcher = await startCatcher()
  await using provider = await startProviderStub()
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code ?? ''], {
    cwd: new URL('.', import.meta.url).pathname,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      OTEL_EXPORTER_OTLP_ENDPOINT: catcher.url,
      ...provider.env,
    },
  })
  const closed = once(child, 'close')
  const stderr = await text(child.stderr)
  expect({ stderr, code: (await closed)[0] }).toEqual({ stderr: '', code: 0 })
  expect(catcher.spans.map(({ name }) => name).toSorted()).toEqual(spans?.split(', ').toSorted())
})
