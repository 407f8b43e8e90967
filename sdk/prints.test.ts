/** The examples of `docs/` that print something, against a real collector in which a person says yes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Collector, startCollector } from './test/collector.ts'

const PAGES = ['approvals', 'resilience']
const blocks = PAGES.flatMap((page) => {
  const markdown = readFileSync(new URL(`docs/${page}.md`, import.meta.url), 'utf8')
  return [...markdown.matchAll(/^```ts prints (.*)\n([\s\S]*?)^```/gm)].map(
    ([, prints, code]) => [page, prints, code] as const,
  )
})

let collector: Collector
const over = new AbortController()
let person: Promise<void>
beforeAll(async () => {
  collector = await startCollector(
    'approvals: { require: [ { name: refunds, match: { tool: "refund*" }, aboveUsd: 50 } ] }',
  )
  person = sayYes()
})
afterAll(async () => {
  over.abort()
  await person
  await collector[Symbol.asyncDispose]()
})

/** Says yes to whatever waits. */
async function sayYes(): Promise<void> {
  while (!over.signal.aborted) {
    const { approvals } = (await collector.get('/api/approvals?state=pending')) as { approvals: { id: string }[] }
    for (const { id } of approvals) await collector.post(`/api/approvals/${id}/approve`, { by: 'dana' })
    await once(over.signal, 'abort', { signal: AbortSignal.timeout(100) }).catch(() => {})
  }
}

it('has examples', () => {
  expect(blocks).toHaveLength(5)
})

it.each(blocks)('the example of %s that prints %s', async (_page, prints, code) => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code ?? ''], {
    cwd: new URL('.', import.meta.url).pathname,
    env: { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  })
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  // what it says of a collector that is slow on a busy machine is no matter of the page
  expect({ stdout, code: (await closed)[0] }, stderr).toEqual({ stdout: `${prints}\n`, code: 0 })
})
