/** From spans to somebody's telephone, through a collector as users run it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRules } from './alert-rules.ts'
import { type App, startApp } from './app.ts'
import { createProgram } from './cli/program.ts'
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
  loops: { action: hold }
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
  const asked = async (path: string) => (await fetch(`${app.url}${path}`)).json() as Promise<Answer>
  const sends = async (method: string, path: string, given: object) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${app.url}${path}`, { method, headers, body: JSON.stringify(given) })
    const text = await response.text()
    const body = (text === '' ? {} : JSON.parse(text)) as { id: string; events: unknown }
    return { status: response.status, body }
  }
  const silenced = async () => {
    while ((await asked('/api/silences')).silences.length === 0);
  }

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

  it('a run that turns in circles is an alert at once, and is stopped where that is wanted', async () => {
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
    expect((await asked('/api/switches')).switches).toMatchObject([
      {
        scope: 'run',
        name: traceId,
        state: 'tripped',
        by: 'alert:loop',
        reason: expect.stringContaining('tool search'),
      },
    ])
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

  it('a silence needs an author, a reason and an end; it is listed, survives a restart, and is kept when it is over', async () => {
    const silence = { match: { agent: 'triage' }, minutes: 30, by: 'ada', reason: 'known' }
    for (const field of ['match', 'minutes', 'by', 'reason'] as const) {
      const refused = await sends('POST', '/api/silences', { ...silence, [field]: undefined })
      expect(refused).toMatchObject({ status: 400, body: { error: { field } } })
    }
    const over = { ...silence, minutes: undefined, ends: '2020-01-01T00:00:00Z' }
    expect(await sends('POST', '/api/silences', over)).toMatchObject({
      status: 400,
      body: { error: { field: 'ends' } },
    })
    const later = { ...silence, starts: new Date(Date.now() + 60 * MINUTE).toISOString() }
    const pending = await sends('POST', '/api/silences', { ...later, match: { agent: 'x' } })
    expect(pending).toMatchObject({ status: 201, body: { state: 'pending' } })
    const { status, body: made } = await sends('POST', '/api/silences', silence)
    expect([status, made]).toMatchObject([201, { state: 'active', endedBy: null }])

    await app.close()
    await start()
    await silenced()
    const { silences: listed, open } = await asked('/api/alerts')
    expect(listed).toMatchObject([{ by: 'ada', state: 'pending' }, { by: 'ada' }])
    expect(open).toContainEqual(expect.objectContaining({ labels: { agent: 'triage' }, mutedBy: `silence ${made.id}` }))
    const end = () => sends('DELETE', `/api/silences/${made.id}`, { by: 'lin' })
    expect((await end()).status).toBe(204)
    expect((await end()).status).toBe(404)
    expect((await asked('/api/silences')).silences).toMatchObject([{ id: pending.body.id }])
    const { silences } = await asked('/api/silences?all=true')
    expect(silences).toContainEqual(expect.objectContaining({ id: made.id, state: 'ended', endedBy: 'lin' }))
  })

  it('rules are listed as people write them, with how many series they judge', async () => {
    const { rules, metrics } = await asked('/api/alerts/rules')
    const rule = (rules as Listed[]).find(({ name }) => name === 'error-rate')!
    expect(rule).toMatchObject({
      metric: 'error_rate',
      trigger: 'band',
      for: '3 of 4',
      series: expect.any(Number),
      firing: 1,
    })
    expect(parseRules([{ file: 'x', text: rule.yaml }])).toMatchObject({ ok: true, rules: [{ name: 'error-rate' }] })
    expect(metrics).toContainEqual(expect.objectContaining({ name: 'error_rate', kind: 'ratio' }))
  })

  it('a series comes with what was normal, minute by minute, and what was found in it', async () => {
    const { series, stepSeconds } = await asked('/api/alerts/series?rule=error-rate&agent=triage')
    expect([series, stepSeconds]).toMatchObject([[{ labels: { agent: 'triage' }, unit: null }], 60])
    const { start: first, value, center, high, low, state, events } = series[0]! as Columns
    const fired = events.find(({ event }) => event === 'fired')!
    const at = Math.round((Date.parse(fired.time) - Date.parse(first)) / MINUTE)
    expect([1440, 1441]).toContain(value.length)
    expect([value[at], state[at], state[at - 10]]).toEqual([0.5, 'firing', 'ok'])
    expect(center[at]!).toBeLessThan(0.06)
    expect(high[at]!).toBeGreaterThan(center[at]!)
    expect(high[at]!).toBeLessThan(0.5)
    expect(low[at]).toBeNull()

    const cost = await asked('/api/alerts/series?rule=calls-of-nobody')
    expect(cost).toMatchObject({ error: { code: 'OUT_QUERY_INVALID', field: 'rule' } })
    const tokens = await asked('/api/alerts/series?rule=cost&agent=triage')
    expect(tokens).toMatchObject({ kind: 'sum' })
    for (const [query, field] of [
      ['rule=error-rate&model=x', 'model'],
      ['rule=error-rate&colour=x', 'colour'],
      ['rule=error-rate&from=yesterday', 'from'],
      ['rule=error-rate&from=2026-01-01&to=2026-03-01', 'from'],
    ])
      expect(await asked(`/api/alerts/series?${query}`)).toMatchObject({ error: { field } })
  })

  it('a rule is tried on the last week before it is switched on', async () => {
    const only = { by: ['agent'], match: { agent: 'tri*' } }
    const rule = { name: 'mine', metric: 'error_rate', ...only, bad: 'up', threshold: { limit: 0.3 } }
    const { body } = await sends('POST', '/api/alerts/preview', { rule })
    expect(body).toMatchObject({
      rule: 'mine',
      days: 7,
      series: 1,
      alerts: 1,
      perDay: 1 / 7,
      quiet: [],
    })
    expect(body.events).toMatchObject([{ labels: { agent: 'triage' }, resolved: null, peak: { value: 0.5 } }])
    const same = { yaml: 'rules:\n  - { name: mine, metric: error_rate, by: [agent], bad: up, band: {} }', since: '1d' }
    expect((await sends('POST', '/api/alerts/preview', same)).body).toMatchObject({ alerts: 1, perDay: 1 })
    const wrong = await sends('POST', '/api/alerts/preview', { rule: { ...rule, metric: 'eror_rate' } })
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'OUT_RULE_INVALID',
          problems: [{ path: 'rules[0].metric', message: expect.stringContaining('did you mean error_rate?') }],
        },
      },
    })
    expect((await sends('POST', '/api/alerts/preview', {})).body).toMatchObject({ error: { field: 'rule' } })
  })

  /** What the command prints, as JSON lines. */
  const outrider = async (...words: string[]) => {
    let printed = ''
    let said = ''
    const stream = (take: (text: string) => void) =>
      new Writable({ write: (chunk: Buffer, _encoding, done) => done(void take(chunk.toString())) })
    const out = stream((text) => {
      printed += text
    }) as unknown as NodeJS.WriteStream
    const err = stream((text) => {
      said += text
    }) as unknown as NodeJS.WriteStream
    await createProgram({ OUTRIDER_URL: app.url }, out, err).parseAsync(words, { from: 'user' })
    return { printed, said }
  }

  it('replaying what is stored finds what was found live', async () => {
    const { printed, said } = await outrider('replay', 'alerts', '--since', '4h', '--rule', 'error-rate')
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { series: string; time: string; event?: string })
    const triage = lines.filter(({ series }) => series === 'error-rate{agent=triage}')
    expect(triage.length).toBeGreaterThan(230)
    const { recent } = await asked('/api/alerts?rule=error-rate')
    const live = (recent as { time: string; event: string }[]).map(({ time, event }) => ({ time, event }))
    const replayed = triage.flatMap(({ time, event }) => (event === undefined ? [] : [{ time, event }]))
    expect(replayed).toEqual(live)
    expect(said).toMatch(/error-rate: \d series, 1 alert, 6\.00 a day/)
    await expect(outrider('replay', 'alerts')).rejects.toThrow('Give either --csv FILE… or --since 7d.')
  })

  it('tuning proposes a limit from what is stored', async () => {
    const tuned = await outrider('alerts', 'tune', '--rule', 'error-rate', '--per-week', '50', '--since', '4h')
    expect(tuned.said).toContain('alerts a week')
    expect(parseRules([{ file: 'tuned', text: tuned.printed }])).toMatchObject({
      ok: true,
      rules: [{ name: 'error-rate', trigger: { type: 'band', limit: 2 } }],
    })
    await expect(outrider('alerts', 'tune', '--rule', 'silence', '--since', '4h')).rejects.toThrow(/nothing to tune/)
    await expect(outrider('alerts', 'tune', '--rule', 'eror-rate')).rejects.toThrow('did you mean error-rate?')
  })

  it('alerts are asked for by agent and rule', async () => {
    const count = async (query: string) => (await asked(`/api/alerts?${query}`)).recent.length
    expect(await count('agent=triage')).toBe(1)
    expect(await count('agent=looper')).toBe(1)
    expect(await count('rule=loop')).toBe(1)
    expect(await count('agent=nobody')).toBe(0)
    expect(await asked('/api/alerts?to=soon')).toMatchObject({ error: { field: 'to' } })
  })

  it('what no receiver took is kept, sent again, or thrown away', async () => {
    const [delivery] = (await asked('/api/alerts')).deliveries
    expect(delivery).toMatchObject({
      route: 'webhook',
      type: 'webhook',
      dead: 0,
      takenAt: expect.stringMatching(/^20/),
    })
    expect(await asked('/api/alerts/dead')).toEqual({ dead: [] })
    expect((await sends('POST', '/api/alerts/dead/7', {})).body).toMatchObject({
      error: { code: 'OUT_NOTICE_UNKNOWN' },
    })
    expect((await sends('DELETE', '/api/alerts/dead/x', {})).status).toBe(404)
  })
})

/** What any of the questions may be answered with. */
interface Answer {
  readonly [field: string]: never[]
  readonly silences: never[]
  readonly deliveries: never[]
  readonly recent: never[]
  readonly series: never[]
}

interface Listed {
  readonly name: string
  readonly yaml: string
}

interface Columns {
  readonly start: string
  readonly value: readonly (number | null)[]
  readonly center: readonly (number | null)[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  readonly state: readonly string[]
  readonly events: readonly { readonly time: string; readonly event: string }[]
}
