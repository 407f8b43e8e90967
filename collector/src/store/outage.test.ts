import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, recentSpan } from '../../test/any-span.ts'
import { type Engine, startEngine } from '../engine/engine.ts'
import { connect } from './connect.ts'
import { expand, migrations } from './migrate.ts'
import { openStore } from './open.ts'
import { encodeSpans, spanColumns } from './row.ts'

describe('when the engine goes away', () => {
  let engine: Engine
  const dir = mkdtempSync(join(tmpdir(), 'outrider-outage-'))
  const lane = (username: string) => ({ username, password: engine.password })
  const settings = () => ({
    url: engine.url,
    lanes: { write: lane('writer'), read: lane('reader') },
    retentionDays: 30,
    dataDir: dir,
  })
  beforeAll(async () => {
    engine = await startEngine({ dir })
  })
  afterAll(async () => {
    await engine.close()
    rmSync(dir, { recursive: true })
  })

  it('stores every span once that it acknowledged, through five kill -9 in the middle of writes', async () => {
    const store = await openStore({ ...settings(), patienceMs: 60_000 })
    const acknowledged = new Set<string>()
    let writing = true
    let batch = 0
    const write = async () => {
      while (writing) {
        const traceId = hex(++batch, 32)
        const spans = Array.from({ length: 500 }, (_, i) =>
          recentSpan({ traceId, spanId: hex(i, 16), input: `text ${i}`, costNano: 1, counted: true }),
        )
        await store.write(spans)
        acknowledged.add(traceId)
      }
    }
    const writers = [write(), write(), write()]
    for (let kills = 0; kills < 5; kills++) {
      // kill only once the engine has taken something since the last time, while the writers go on
      const before = acknowledged.size
      while (acknowledged.size < before + 4) await new Promise((resolve) => setImmediate(resolve))
      process.kill(engine.pid()!, 'SIGKILL')
    }
    const before = acknowledged.size
    while (acknowledged.size < before + 4) await new Promise((resolve) => setImmediate(resolve))
    writing = false
    await Promise.all(writers)

    expect(engine.restarts()).toBe(5)
    const page = await store.runs(null, { limit: 500 })
    const stored = new Map(page.runs.map((run) => [run.traceId, run]))
    for (const traceId of acknowledged) expect(stored.get(traceId)).toMatchObject({ spanCount: 500, costNano: 500 })
    const connection = connect({ url: engine.url, database: 'default', login: lane('writer') })
    const [rows] = await connection.rows<{ spans: string; once: string }>(
      'SELECT count() AS spans, uniqExact(trace_id, span_id) AS once FROM spans',
    )
    await connection.close()
    const total = String(acknowledged.size * 500)
    expect(rows).toEqual({ spans: total, once: total })
    for (const traceId of [...acknowledged].slice(-3)) {
      const run = await store.run(null, traceId)
      expect(run?.spans.map((span) => span.input)).toEqual(Array.from({ length: 500 }, (_, i) => `text ${i}`))
    }
    await store.close()
  }, 120_000)

  it('sends a block again whose answer was lost, and stores it once', async () => {
    const line = await startLine(engine.url)
    const store = await openStore({ ...settings(), url: line.url })
    const spans = Array.from({ length: 10 }, (_, i) =>
      recentSpan({ traceId: hex(0xabc, 32), spanId: hex(i, 16), input: 'x' }),
    )
    line.loseAnswers(3)
    await store.write(spans)
    expect(store.counts().resent).toBe(3)
    const connection = connect({ url: engine.url, database: 'default', login: lane('writer') })
    const where = `WHERE trace_id = '${hex(0xabc, 32)}'`
    expect(await connection.rows(`SELECT toUInt32(count()) AS n FROM spans ${where}`)).toEqual([{ n: 10 }])
    expect(await connection.rows(`SELECT toUInt32(count()) AS n FROM span_content ${where}`)).toEqual([{ n: 10 }])
    await connection.close()
    await store.close()
    await line.close()
  })

  it('derives what a cut-off block had not, when the block comes again, and nothing twice', async () => {
    const store = await openStore(settings())
    const connection = connect({ url: engine.url, database: 'default', login: lane('writer') })
    const view = migrations().find(({ name }) => name === 'runs_view')!
    const traceId = hex(0x111, 32)
    const { spans } = encodeSpans([recentSpan({ traceId })], 0, Date.now(), {
      knownAs: new Map(),
      maxBytes: 1e6,
      maxRows: 9,
    })
    const send = () => connection.insert(`spans (${spanColumns})`, 'RowBinary', spans, 'ab'.repeat(32))
    const counted = (table: string) =>
      connection.rows(`SELECT toUInt32(count()) AS n FROM ${table} WHERE trace_id = '${traceId}'`)

    await connection.run('DROP TABLE runs_view SYNC')
    await send()
    await connection.run(expand(view.sql, { cluster: null, days: 30, contentDays: 30 }))
    expect(await counted('runs')).toEqual([{ n: 0 }])
    await send()
    await send()
    for (const table of ['spans', 'runs', 'trace_lookup']) expect(await counted(table)).toEqual([{ n: 1 }])
    await connection.close()
    await store.close()
  })

  it('tells its writer in bounded time, with an error that says to try again, and works again afterwards', async () => {
    const line = await startLine(engine.url)
    const store = await openStore({ ...settings(), url: line.url, patienceMs: 300 })
    line.loseAnswers(1000)
    const away = { code: 'OUT_STORE_UNAVAILABLE', retryable: true }
    await expect(store.write([recentSpan({ traceId: hex(0xdef, 32) })])).rejects.toMatchObject(away)
    await expect(store.runs(null, { limit: 1 })).rejects.toMatchObject(away)
    await expect(store.ping()).rejects.toMatchObject(away)
    await expect(openStore({ ...settings(), url: line.url })).rejects.toMatchObject(away)
    line.loseAnswers(0)
    await store.write([recentSpan({ traceId: hex(0xdef, 32) })])
    expect((await store.run(null, hex(0xdef, 32)))?.run.spanCount).toBe(1)
    await store.close()
    await line.close()
  })

  it('names a refused login as refused', async () => {
    const wrong = { username: 'writer', password: 'wrong' }
    const opening = openStore({ ...settings(), lanes: { write: wrong, read: wrong } })
    await expect(opening).rejects.toMatchObject({ code: 'OUT_STORE_REFUSED' })
  })
})

/** A wire to the engine that can lose what the engine answers. */
async function startLine(
  to: string,
): Promise<{ url: string; loseAnswers(count: number): void; close(): Promise<void> }> {
  const { hostname, port } = new URL(to)
  let lose = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const upstream = createConnection(Number(port), hostname)
    for (const end of [socket, upstream]) sockets.add(end.on('error', () => {}))
    socket.pipe(upstream)
    upstream.on('data', (answer) => {
      if (lose === 0) return void socket.write(answer)
      lose -= 1
      socket.resetAndDestroy()
      upstream.destroy()
    })
    upstream.on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswers(count) {
      lose = count
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
