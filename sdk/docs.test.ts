/** Every example of the pages in `docs/`, as a reader would run it, against a provider that speaks all of their wires. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { createProvider } from '../collector/capture/provider.ts'
import { startCatcher } from './test/catcher.ts'

const here = new URL('.', import.meta.url).pathname
const blocks = globSync('docs/*.md', { cwd: here })
  .toSorted()
  .flatMap((page) =>
    [...readFileSync(`${here}${page}`, 'utf8').matchAll(/^```ts run (.*)\n([\s\S]*?)^```/gm)].map(
      ([, spans = '', code = '']) => [page, spans, code] as const,
    ),
  )

it('has pages with examples', () => {
  expect(new Set(blocks.map(([page]) => page)).size).toBeGreaterThanOrEqual(5)
})

it.each(blocks)('%s: the example that makes %s', async (_, spans, code) => {
  await using catcher = await startCatcher()
  const provider = await createProvider()
  using _closed = { [Symbol.dispose]: () => provider.close() }
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    cwd: here,
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: catcher.url,
      OPENAI_BASE_URL: `${provider.url}/v1`,
      OPENAI_API_KEY: 'none needed',
      ANTHROPIC_BASE_URL: provider.url,
      ANTHROPIC_API_KEY: 'none needed',
      GOOGLE_GEMINI_BASE_URL: provider.url,
      GEMINI_API_KEY: 'none needed',
    },
  })
  child.stdout.resume()
  const closed = once(child, 'close')
  const stderr = await text(child.stderr)
  expect({ stderr, code: (await closed)[0] }).toEqual({ stderr: '', code: 0 })
  expect(catcher.spans.map(({ name }) => name).toSorted()).toEqual(spans.split(', ').toSorted())
})
