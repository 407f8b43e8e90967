import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startCollector } from '../../test/collector.ts'
import { type CaughtSpan, spansOf } from '../../test/otlp.ts'

const run = promisify(execFile)
const main = new URL('main.ts', import.meta.url).pathname
const demo = (url: string, ...args: string[]) =>
  run(process.execPath, [main, ...args], { env: { PATH: process.env.PATH, OUTRIDER_URL: url } })

/**
 * The few routes of a collector that the demo calls; it has a run once a span of it has come. Its gate counts to ten, and
 * its guards let everything through.
 */
async function collector({ keeps = true } = {}) {
  const spans: CaughtSpan[] = []
  let dear = 0
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    if (request.url?.startsWith('/v1/gate/')) {
      const { id, model } = body.length > 0 ? JSON.parse(body.toString()) : {}
      if (request.url === '/v1/gate/stream') return response.writeHead(404).end()
      const isDear = model === 'claude-opus-4-1'
      if (isDear) dear += 1
      const expiresAt = new Date(Date.now() + 60_000).toISOString()
      const held = { decision: 'allow', holdId: id, heldUsd: 0.1, spentUsd: 0.1, expiresAt, reasons: [] }
      const reason = { rule: 'r', code: 'BUDGET_EXCEEDED', message: 'no room', retryable: false }
      const full = { ...held, decision: 'deny', holdId: null, heldUsd: 0, expiresAt: null, reasons: [reason] }
      return response.end(JSON.stringify(isDear && dear > 10 ? full : held))
    }
    if (request.url === '/v1/guard/stream') {
      const { at, text } = JSON.parse(body.toString())
      return response.end(JSON.stringify({ action: 'allow', text, until: at + text.length, findings: [] }))
    }
    if (request.url === '/v1/traces') spans.push(...spansOf(body))
    const wanted = request.url?.match(/^\/api\/runs\/(\w+)$/)?.[1]
    response
      .writeHead(wanted === undefined || (keeps && spans.some(({ traceId }) => traceId === wanted)) ? 200 : 404)
      .end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, spans, close: () => server.close() }
}

it('ends with a link to the run whose research agent failed and was survived', async () => {
  const { url, spans, close } = await collector()
  const { stdout, stderr } = await demo(url, '--runs', '6', '--seed', '3')
  close()

  expect(stdout).toMatch(new RegExp(`^${url}/runs/[0-9a-f]{32}\n$`))
  expect(stderr.match(/^T-100\d/gm)).toHaveLength(6)
  const shown = spans.filter(({ traceId }) => stdout.includes(traceId))
  const named = (name: string) => shown.filter((span) => span.name === name)

  const agents = shown.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'invoke_agent')
  expect(agents.map(({ attributes, status }) => [attributes['gen_ai.agent.name'], status.code])).toEqual(
    expect.arrayContaining([
      ['triage', 1],
      ['research', 2],
      ['resolution', 1],
      ['review', 1],
    ]),
  )
  const tries = named('chat gpt-4.1').toSorted(
    (a, b) => Number(a.attributes['outrider.attempt']) - Number(b.attributes['outrider.attempt']),
  )
  expect(tries.map(({ attributes }) => attributes['error.type'])).toEqual([
    'RateLimitError',
    'InternalServerError',
    'InternalServerError',
  ])
  expect(tries[1]?.attributes['outrider.retry_of']).toBe(tries[0]?.spanId)
  expect(tries[2]?.attributes['outrider.retry_of']).toBe(tries[1]?.spanId)

  const root = named('invoke_workflow support-ticket')[0]
  expect(root?.attributes).toMatchObject({
    'outrider.outcome': 'escalated',
    'outrider.stop_reason': 'completed',
    'user.id': 'u-max',
  })
  expect(root?.events[0]?.name).toBe('gen_ai.evaluation.result')
  const answered = named('chat claude-sonnet-4-5')[0]
  expect(answered?.attributes).toMatchObject({
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.usage.input_tokens': expect.any(Number),
    'gen_ai.response.time_to_first_chunk': expect.any(Number),
    'gen_ai.response.finish_reasons': ['tool_calls'],
  })
  expect(named('execute_tool lookup_order')).toHaveLength(1)
  expect(named('retrieval handbook')).toHaveLength(1)
  expect(spans.filter(({ name, status }) => name === 'execute_tool lookup_order' && status.code === 2)).toHaveLength(1)
})

it('says in one line that no collector answers', async () => {
  await expect(demo('http://127.0.0.1:1')).rejects.toMatchObject({
    code: 4,
    stdout: '',
    stderr: 'No collector answers on http://127.0.0.1:1. Start it in another terminal: npm start\n',
  })
})

it.each([['--runs', '0'], ['--runs', 'many'], ['--seed', '-1'], ['--nonsense']])('refuses %s %s', async (...args) => {
  await expect(demo('http://127.0.0.1:1', ...args)).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('usage'),
  })
})

it('has an agent that its budget stops, while its siblings go on, and says so', async () => {
  const { url, spans, close } = await collector()
  const { stderr } = await demo(url, '--runs', '1')
  close()
  expect(stderr).toMatch(
    /^crawler {2}stopped at .* after 10 calls in .* \(BUDGET_EXCEEDED\).*news and prices went on$/m,
  )
  const traceId = /^crawler .*\/runs\/([0-9a-f]{32})$/m.exec(stderr)?.[1]
  const stops = spans
    .filter((span) => span.traceId === traceId && span.attributes['outrider.stop_reason'] !== undefined)
    .map(({ name, attributes }) => [name, attributes['outrider.stop_reason']])
  expect(Object.fromEntries(stops)).toEqual({
    'invoke_workflow market-report': 'completed',
    'invoke_agent crawler': 'budget_exceeded',
    'invoke_agent news': 'completed',
    'invoke_agent prices': 'completed',
  })
})

it('on the real gate: held, spent, and the refused call and why stand in the run', async () => {
  await using real = await startCollector()
  const { stderr } = await demo(real.url, '--runs', '1')
  const traceId = /^crawler .*\/runs\/([0-9a-f]{32})$/m.exec(stderr)?.[1]
  expect(stderr).toMatch(/^crawler {2}stopped at \$0\.9\d of \$1\.00 after \d+ calls/m)
  const { run, decisions } = (await real.get(`/api/runs/${traceId}`)) as RunDetail
  expect(run).toMatchObject({ stopReason: 'completed', outcome: 'success', agents: ['crawler', 'news', 'prices'] })

  const [lent] = decisions.filter(({ kind }) => kind === 'agent')
  expect(lent).toMatchObject({ agent: 'crawler', decision: 'allow', heldUsd: 1, state: 'released' })
  const calls = decisions.filter(({ agent, kind }) => agent === 'crawler' && kind === 'model')
  const refused = calls.filter(({ decision }) => decision === 'deny')
  expect(refused).toMatchObject([{ reasons: [{ code: 'BUDGET_EXCEEDED', limitUsd: 1 }] }])
  const billed = calls.reduce((sum, { spentUsd }) => sum + (spentUsd ?? 0), 0)
  expect(billed).toBeCloseTo(lent?.spentUsd ?? 0, 9)
  expect(billed).toBeLessThanOrEqual(1)
  // stopped because no further call fits, not before
  expect(billed + Math.max(...calls.map(({ heldUsd }) => heldUsd))).toBeGreaterThan(1)
  for (const { spentUsd, heldUsd, decision } of calls)
    if (decision === 'allow') expect(spentUsd).toBeLessThanOrEqual(heldUsd)
})

interface RunDetail {
  readonly run: unknown
  readonly decisions: readonly {
    readonly kind: string
    readonly agent: string
    readonly decision: string
    readonly heldUsd: number
    readonly spentUsd: number | null
  }[]
}

it('fails where the collector does not have the run', async () => {
  const { url, close } = await collector({ keeps: false })
  await expect(demo(url, '--runs', '1')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('404'),
  })
  close()
})

it('does not go on without a gate, and says so', async () => {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(request.url === '/livez' ? 200 : 404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await expect(demo(url, '--runs', '1')).rejects.toMatchObject({
    code: 4,
    stdout: '',
    stderr: expect.stringMatching(/^GATE_UNAVAILABLE: The gate could not be asked \(404\)\. http/m),
  })
  server.close()
})
