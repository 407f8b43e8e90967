/** From spans to somebody's telephone, through a collector as users run it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, startApp } from './app.ts'
import { loadConfig } from './config.ts'

const MINUTE = 60_000
const SECRET = `whsec_${Buffer.from('a secret of twenty-four!').toString('base64')}`

interface Heard {
  readonly type: string
  readonly data: { readonly alerts: readonly { rule: string; text: string; examples: string[]; labels: object }[] }
}

describe('alerts of a collector', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-alerting-'))
  const heard: Heard[] = []
  let receiver: Server
  const waiting: (() => void)[] = []
  let app: App

  const start = async () => {
    const env = {
      OUTRIDER_CONFIG: join(folder, 'outrider.yaml'),
      OUTRIDER_PORT: '0',
      OUTRIDER_DATA_DIR: join(folder, 'data'),
    }
    const loaded = loadConfig(env)
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    app = await startApp(
      { ...loaded.config, server: { ...loaded.config.server, grpcPort: 'off' } },
      pino({ level: 'silent' }),
    )
  }

  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      new Webhook(SECRET).verify(body, request.headers as Record<string, string>)
      heard.push(JSON.parse(body) as Heard)
      response.end()
      for (const tell of waiting.splice(0)) tell()
    })
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
    const { port } = receiver.address() as AddressInfo
    writeFileSync(join(folder, 'secret'), SECRET)
    writeFileSync(
      join(folder, 'outrider.yaml'),
      `alerts:
  notify:
    - { type: webhook, url: "http://127.0.0.1:${port}/hook", secretFile: "${join(folder, 'secret')}", allowPrivate: true, groupWaitMinutes: 0 }
`,
    )
    await start()
  })
  afterAll(async () => {
    await app.close()
    receiver.close()
    rmSync(folder, { recursive: true })
  })

  const told = async () => {
    while (heard.length === 0) await new Promise<void>((done) => waiting.push(done))
    return heard.splice(0)
  }
  const sent = async (spans: readonly object[]) => {
    const stored = await fetch(`${app.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    })
    expect(stored.status).toBe(200)
  }
  const asked = async (path: string) => (await fetch(`${app.url}${path}`)).json() as Promise<Record<string, never>>

  it('a failing agent is one alert with reason and links, at the webhook, in the API and at its runs', async () => {
    const now = Math.floor(Date.now() / MINUTE)
    const spans: object[] = []
    for (let minute = now - 240; minute < now; minute++) {
      for (let call = 0; call < 12; call++) {
        const failed = minute >= now - 12 ? call % 2 === 0 : (minute * 12 + call) % 25 === 0
        const id = (minute * 100 + call).toString(16)
        const start = BigInt(minute * MINUTE + call * 4000) * 1_000_000n
        spans.push({
          ...{ traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0'), name: 'chat', kind: 3 },
          ...{ startTimeUnixNano: `${start}`, endTimeUnixNano: `${start + 800_000_000n}` },
          status: { code: failed ? 2 : 1 },
          attributes: Object.entries({
            'gen_ai.operation.name': 'chat',
            'gen_ai.request.model': 'gpt-4o-mini',
            'gen_ai.provider.name': 'openai',
            'gen_ai.agent.name': 'triage',
          }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
        })
      }
    }
    await sent(spans)
    // a collector looks when it starts, and at every minute
    await app.close()
    await start()

    const [notice, ...more] = await told()
    expect(more).toEqual([])
    expect(notice).toMatchObject({
      type: 'alert.firing',
      data: { alerts: [{ rule: 'error-rate', labels: { agent: 'triage' } }] },
    })
    const [alert] = notice!.data.alerts
    expect(alert!.text).toMatch(/^error_rate of agent triage is \d\d\.\d %, normally [3-5]\.\d % ± /)
    expect(alert!.examples).toHaveLength(3)

    const { open, recent } = await asked('/api/alerts')
    expect(open).toMatchObject([{ rule: 'error-rate', state: 'firing' }])
    expect(recent).toMatchObject([{ rule: 'error-rate', event: 'fired' }])
    const run = await asked(`/api/runs/${alert!.examples[0]}`)
    expect(run.alerts).toMatchObject([{ rule: 'error-rate', text: alert!.text }])
  })

  it('a run that turns in circles is an alert at once', async () => {
    const start = BigInt(Date.now() - 2000) * 1_000_000n
    const traceId = 'c'.repeat(32)
    const spans = Array.from({ length: 5 }, (_, call) => ({
      ...{ traceId, spanId: `c${call}`.padStart(16, '0'), name: 'execute_tool search', kind: 1 },
      ...{ startTimeUnixNano: `${start}`, endTimeUnixNano: `${start + 1_000_000n}` },
      attributes: Object.entries({
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'search',
        'gen_ai.tool.call.arguments': '{"q":"the same"}',
        'gen_ai.tool.call.result': '[]',
        'gen_ai.agent.name': 'looper',
      }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    }))
    await sent(spans)
    const notices = (await told()).flatMap(({ data }) => data.alerts)
    expect(notices).toMatchObject([{ rule: 'loop', labels: { agent: 'looper' }, examples: [traceId] }])
    expect((await asked(`/api/runs/${traceId}`)).alerts).toMatchObject([{ rule: 'loop' }])
  })

  it('a test reaches the route, and an unknown route is named', async () => {
    const test = (route: unknown) =>
      fetch(`${app.url}/api/alerts/test`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ route }),
      })
    expect(await (await test('webhook')).json()).toEqual({ delivered: true })
    expect((await told())[0]?.data.alerts[0]?.rule).toBe('test')
    expect(await (await test('pager')).json()).toMatchObject({ error: { code: 'OUT_FIELD_INVALID', field: 'route' } })
  })

  it('a silence needs an author, a reason and an end, is listed, and can be ended', async () => {
    const post = async (body: object) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${app.url}/api/silences`, { method: 'POST', headers, body: JSON.stringify(body) })
      return [response.status, (await response.json()) as { id: string; error?: object }] as const
    }
    const silence = { match: { agent: 'triage' }, minutes: 30, by: 'ada', reason: 'known' }
    for (const field of ['match', 'minutes', 'by', 'reason'] as const) {
      const [status, { error }] = await post({ ...silence, [field]: undefined })
      expect([status, error]).toMatchObject([400, { field }])
    }
    const [status, made] = await post(silence)
    expect(status).toBe(201)
    expect(await asked('/api/alerts')).toMatchObject({
      silences: [{ by: 'ada' }],
      open: [{ mutedBy: `silence ${made.id}` }],
    })
    const end = () => fetch(`${app.url}/api/silences/${made.id}`, { method: 'DELETE' })
    expect((await end()).status).toBe(204)
    expect((await end()).status).toBe(404)
    expect(await asked('/api/alerts')).toMatchObject({ silences: [] })
  })
})
