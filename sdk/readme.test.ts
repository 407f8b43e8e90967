import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startProvider } from './examples/demo/provider.ts'
import { startCatcher } from './test/catcher.ts'

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const blocks = [...readme.matchAll(/^```ts run (.*)\n([\s\S]*?)^```/gm)].map(
  ([, spans, code]) => [spans, code] as const,
)

it('has examples', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(3)
})

it.each(blocks)('the example that makes %s', async (spans, code) => {
  await using catcher = await startCatcher()
  await using provider = await startProvider({ seed: 1, pace: 0 })
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code ?? ''], {
    cwd: new URL('.', import.meta.url).pathname,
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: catcher.url,
      OPENAI_BASE_URL: provider.url,
      OPENAI_API_KEY: 'none needed',
    },
  })
  const closed = once(child, 'close')
  const stderr = await text(child.stderr)
  expect({ stderr, code: (await closed)[0] }).toEqual({ stderr: '', code: 0 })
  expect(catcher.spans.map(({ name }) => name).toSorted()).toEqual(spans?.split(', ').toSorted())
})
