/** `/clickhouse` of a real collector, by the clients that people use: ours over HTTP, and the one that Grafana's data source is made of. */
import { execFile, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startEngine } from '../src/engine/engine.ts'
import { newKey } from '../src/keys.ts'
import { aDataDir, type Running, startCollector } from './collector.ts'
import { CLUSTER, startOneShard } from './one-shard.ts'
import { modelCall, newSpanId, newTraceId } from './otlp.ts'

const VIEWS = readdirSync(new URL('../src/store/views/', import.meta.url))
  .map((file) => file.replace('.sql', ''))
  .sort()
const given = process.env.OUTRIDER_TEST_CLICKHOUSE_URL
/** Where the store is, and the database of its views. A server is played by an engine of its own, or is one where it is given. */
const tables = given === undefined ? 'outrider' : `outrider_${newSpanId()}`
const places = [
  ['the embedded engine', 'outrider'],
  ['a ClickHouse server', `${tables}_views`],
  ['a cluster of one shard', 'outrider_views'],
] as const

const goes = spawnSync('go', ['version']).status === 0
const built = mkdtempSync(join(tmpdir(), 'outrider-go-'))
afterAll(() => rmSync(built, { recursive: true, force: true }))
const program = join(built, 'peer')
const cwd = new URL('./clickhouse-go/', import.meta.url).pathname
const make = goes ? spawnSync('go', ['build', '-o', program, '.'], { cwd, encoding: 'utf8' }) : null
const required = process.env.OUTRIDER_TEST_GO === 'required'

describe.each(places)('over %s:', (place, database) => {
  /** Where the tables are. */
  const beside = place === 'the embedded engine' ? 'default' : database.replace('_views', '')
  let server: { readonly url: string; readonly password: string; close(): Promise<void> } | null = null
  const serverData = aDataDir()
  const data = aDataDir()
  const config = join(data.dir, 'outrider.yaml')
  const keys = {
    acme: newKey({ name: 'acme', scopes: ['ingest', 'gate', 'query'], tenant: 'acme' }),
    globex: newKey({ name: 'globex', scopes: ['ingest', 'gate', 'query'], tenant: 'globex' }),
    grafana: newKey({ name: 'grafana', scopes: ['query'] }),
    reader: newKey({ name: 'reader', scopes: ['read'] }),
    admin: newKey({ name: 'admin', scopes: ['admin'] }),
  }
  const clients: ClickHouseClient[] = []
  let running: Running

  beforeAll(async () => {
    const yaml = Object.values(keys).map((key) => key.yaml.replace(/^/gm, '  ').trimEnd())
    writeFileSync(config, `keys:\n${yaml.join('\n')}\nbudgets: [{ name: cap, scope: tenant, limitUsd: 1 }]\n`)
    const env: Record<string, string> = { OUTRIDER_DATA_DIR: data.dir, OUTRIDER_CONFIG: config }
    if (place !== 'the embedded engine') {
      const onCluster = place === 'a cluster of one shard'
      if (onCluster) server = await startOneShard()
      else if (given === undefined) server = await startEngine({ dir: serverData.dir })
      const url = new URL(server?.url ?? given!)
      if (server !== null) Object.assign(url, { username: 'writer', password: server.password })
      env.CLICKHOUSE_URL = Object.assign(url, { pathname: `/${beside}` }).toString()
      if (onCluster) appendFileSync(config, `store: { cluster: ${CLUSTER} }\n`)
    }
    running = await startCollector(env)
    for (const tenant of ['acme', 'globex'] as const) await seed(tenant)
    await mark()
  })
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await running.stop()
    await server?.close()
    data.remove()
    serverData.remove()
  })

  /** Something in each view: a run with a model call, a guard, a score, an outcome and a decision of the gate. */
  async function seed(tenant: 'acme' | 'globex'): Promise<void> {
    const post = async (path: string, body: unknown) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${keys[tenant].key}` }
      const answer = await fetch(running.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    }
    const [traceId, root] = [newTraceId(), newSpanId()]
    const now = BigInt(Date.now()) * 1_000_000n
    const attributesOf = (given: Readonly<Record<string, string | number>>) =>
      Object.entries(given).map(([key, value]) => ({
        key,
        value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
      }))
    const span = (spanId: string, parentSpanId: string, name: string, given: Record<string, string | number>) => ({
      ...{ traceId, spanId, parentSpanId, name, kind: 1 },
      startTimeUnixNano: String(now),
      endTimeUnixNano: String(now + 5_000_000n),
      attributes: attributesOf(given),
      events:
        name === 'chat'
          ? [
              {
                name: 'gen_ai.evaluation.result',
                timeUnixNano: String(now),
                attributes: [
                  { key: 'gen_ai.evaluation.name', value: { stringValue: tenant } },
                  { key: 'gen_ai.evaluation.score.value', value: { doubleValue: 0.5 } },
                ],
              },
            ]
          : [],
    })
    const call = { ...modelCall(), team: tenant } as Record<string, string | number>
    const spans = [
      span(root, '', 'invoke_agent', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': tenant }),
      span(newSpanId(), root, 'chat', call),
      span(newSpanId(), root, 'check', { 'openinference.span.kind': 'GUARDRAIL' }),
    ]
    await post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ scope: { name: 'test' }, spans }] }] })
    await post('/api/outcomes', { traceId, outcome: 'success' })
    const check = {
      id: `${tenant}-call`,
      traceId,
      kind: 'model',
      agent: tenant,
      provider: 'openai',
      model: 'gpt-4o-mini',
    }
    await post('/v1/gate/check', { ...check, inputTokens: 10, maxOutputTokens: 10 })
    await post('/v1/guard', { direction: 'input', text: 'mail bob@example.com', traceId })
  }

  /** A person's word on every finding. */
  async function mark(): Promise<void> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${keys.admin.key}` }
    const found = async () => {
      const answer = await fetch(`${running.url}/api/guards`, { headers })
      return ((await answer.json()) as { findings: readonly { id: string }[] }).findings
    }
    await vi.waitFor(async () => expect((await found()).length).toBeGreaterThan(1), { timeout: 20_000, interval: 100 })
    for (const { id } of await found()) {
      const body = JSON.stringify({ verdict: 'right', by: 'test' })
      const answer = await fetch(`${running.url}/api/guards/${id}/verdict`, { method: 'POST', headers, body })
      expect(answer.status).toBe(200)
    }
  }

  function client(key: keyof typeof keys): ClickHouseClient {
    const made = createClient({
      url: running.url,
      pathname: '/clickhouse',
      username: 'grafana',
      password: keys[key].key,
      database: 'outrider',
      compression: { response: true },
      log: { level: ClickHouseLogLevel.OFF },
    })
    clients.push(made)
    return made
  }

  const rows = async <Row>(from: ClickHouseClient, query: string) =>
    await (await from.query({ query, format: 'JSONEachRow' })).json<Row>()
  const count = async (from: ClickHouseClient, view: string) =>
    Number((await rows<{ n: string }>(from, `SELECT count() AS n FROM ${view}`))[0]?.n)

  describe('@clickhouse/client', () => {
    it('connects, lists, asks with parameters and streams', async () => {
      const grafana = client('grafana')
      expect(await grafana.ping({ select: true })).toEqual({ success: true })
      expect((await rows<{ name: string }>(grafana, 'SHOW TABLES')).map(({ name }) => name)).toEqual(VIEWS)
      const asked = await grafana.query({
        query: 'SELECT count() AS n FROM runs WHERE agent = {agent:String}',
        query_params: { agent: 'acme' },
        format: 'JSONEachRow',
      })
      expect(await asked.json()).toEqual([{ n: '1' }])
      const stream = await grafana.query({ query: 'SELECT number FROM numbers(90000)', format: 'JSONEachRow' })
      let seen = 0
      for await (const chunk of stream.stream()) seen += chunk.length
      expect(seen).toBe(90_000)
    })

    it.each([
      ['a table', 'SELECT * FROM default.spans', '497'],
      ['DDL', 'DROP TABLE default.spans', '164'],
      ['a table beside the views', `SELECT * FROM ${database}.spans, ${beside}.spans`, '497'],
      ['a typing error', 'SELECT * FROM rums', '60'],
    ])('hears of %s with the code of ClickHouse', async (_what, query, code) => {
      await expect(client('grafana').query({ query })).rejects.toMatchObject({ code })
    })
  })

  describe('keys', () => {
    it.each([
      ['none', '', 401],
      ['an unknown one', 'or_query_x', 401],
      ['one without the scope', keys.reader.key, 403],
      ['the right one', keys.grafana.key, 200],
    ])('%s: %d', async (_what, key, status) => {
      const headers: Record<string, string> = key === '' ? {} : { authorization: `Basic ${btoa(`any:${key}`)}` }
      const answer = await fetch(`${running.url}/clickhouse?query=SELECT+1`, { headers })
      expect(answer.status).toBe(status)
    })

    it('the scope opens nothing else', async () => {
      const headers = { authorization: `Bearer ${keys.grafana.key}` }
      expect((await fetch(`${running.url}/api/runs`, { headers })).status).toBe(403)
    })

    it('each view shows a tenant its own rows alone, whatever table it is of', async () => {
      const [acme, all] = [client('acme'), client('grafana')]
      for (const view of VIEWS.filter((name) => name !== 'alerts')) {
        await expect.poll(() => count(all, view), { timeout: 20_000 }).toBeGreaterThan(1)
        const tenants = await rows<{ tenant: string }>(acme, `SELECT DISTINCT tenant FROM ${view}`)
        expect([view, tenants]).toEqual([view, [{ tenant: 'acme' }]])
      }
      const columns = await rows<{ name: string }>(acme, 'DESCRIBE TABLE alerts')
      expect(columns.map(({ name }) => name)).not.toContain('tenant')
    })
  })

  describe('clickhouse-go', () => {
    it.runIf(make?.status === 0 || required)('connects, lists, asks and streams over HTTP', async () => {
      expect([make?.status, make?.stderr]).toEqual([0, ''])
      const env = { ADDRESS: new URL(running.url).host, KEY: keys.grafana.key, VIEWS: database }
      // this process is between it and the cluster of one shard: it must not stand still meanwhile
      const done = await promisify(execFile)(program, { env, timeout: 50_000 })
      expect(done.stderr).toBe('')
      expect(JSON.parse(done.stdout)).toMatchObject({
        tables: VIEWS,
        columns: expect.arrayContaining(['trace_id', 'duration_ms', 'cost_usd', 'attributes']),
        // every type of every view can be decoded
        every: VIEWS.map((view) => `${view} ${view !== 'alerts'}`),
        ...{ runs: 2, p95: 5, streamed: 90_000, empty: 0, attribute: expect.stringMatching(/acme|globex/) },
        refused: expect.stringContaining('Only SELECT'),
      })
    })

    it.skipIf(make?.status === 0 || required)(
      'Go or its modules cannot be had here: clickhouse-go is not tried',
      () => {},
    )
  })
})
