import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { engineFixture, rowsOf } from './fixture.ts'

let fixture: Awaited<ReturnType<typeof engineFixture>>
let writer: ClickHouseClient
let reader: ClickHouseClient
let alerts: ClickHouseClient

beforeAll(async () => {
  fixture = await engineFixture()
  ;({ writer, reader, alerts } = fixture)
  await writer.command({
    query: `CREATE TABLE t (id UInt64, s String DEFAULT 'none', at DateTime64(3) DEFAULT now64(3))
      ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
  })
  await writer.command({ query: 'CREATE TABLE victim (a UInt8) ENGINE = MergeTree ORDER BY a' })
})
afterAll(() => fixture.close())
beforeEach(() => writer.command({ query: 'TRUNCATE TABLE t' }))

const count = async () => Number((await rowsOf<{ n: string }>(reader, 'SELECT count() AS n FROM t'))[0]?.n)
const tables = async () => (await rowsOf<{ name: string }>(reader, 'SHOW TABLES')).map((row) => row.name)
const send = async (user: string, query: string | null, body: string | Uint8Array<ArrayBuffer>) => {
  const url = query === null ? engineUrl() : `${engineUrl()}/?query=${encodeURIComponent(query)}`
  const headers = { 'x-clickhouse-user': user, 'x-clickhouse-key': fixture.engine.password }
  const response = await fetch(url, { method: 'POST', body, headers })
  return { status: response.status, text: await response.text() }
}
const engineUrl = () => fixture.engine.url
const bytes = (data: Buffer) => Readable.from([data], { objectMode: false })
/** One row: id, then the text with its length before it. */
const rowBinary = (id: bigint, text: Buffer) => {
  const head = Buffer.alloc(9)
  head.writeBigUInt64LE(id)
  head[8] = text.length
  return Buffer.concat([head, text])
}

describe('rows never become SQL', () => {
  const attack = '{"id":"3"}\n\nDROP TABLE victim\n'

  test.each([
    ['in the body', () => send('writer', 'INSERT INTO t FORMAT JSONEachRow', attack)],
    ['behind the statement', () => send('writer', null, `INSERT INTO t FORMAT JSONEachRow ${attack}`)],
    ['of CSV', () => send('writer', 'INSERT INTO t (id) FORMAT CSV', '3\n\nDROP TABLE victim\n')],
    ['of VALUES', () => send('writer', 'INSERT INTO t (id) VALUES', '(3)\n\nDROP TABLE victim\n')],
  ])('a blank line %s drops no table, stores nothing, and says so', async (_where, insert) => {
    expect((await insert()).status).toBe(400)
    expect(await tables()).toContain('victim')
    expect(await count()).toBe(0)
  })

  test('rows around a blank line are all stored, defaults of omitted columns included', async () => {
    expect((await send('writer', 'INSERT INTO t FORMAT JSONEachRow', '{"id":1}\n\n{"id":2}\n\n')).status).toBe(200)
    expect((await send('writer', null, 'INSERT INTO t FORMAT JSONEachRow {"id":3}\n\n{"id":4}')).status).toBe(200)
    expect(
      await rowsOf(reader, "SELECT count() AS n, groupUniqArray(s) AS u, min(at) > '2020-01-01' AS t FROM t"),
    ).toEqual([{ n: '4', u: ['none'], t: 1 }])
  })

  test('a blank line inside a quoted CSV field stays one', async () => {
    await send('writer', 'INSERT INTO t (id, s) FORMAT CSV', '1,"a\n\nb"\n')
    expect(await rowsOf(reader, 'SELECT s FROM t')).toEqual([{ s: 'a\n\nb' }])
  })

  test.each([
    ['a second statement', 'SELECT 1; DROP TABLE victim'],
    ['behind a comment', 'SELECT 1 -- ;\n; DROP TABLE victim'],
    ['a SET', 'SET max_threads = 1; DROP TABLE victim'],
  ])('%s is refused', async (_name, query) => {
    await expect(writer.command({ query })).rejects.toMatchObject({ code: '62' })
    expect(await tables()).toContain('victim')
  })

  test('one trailing semicolon, and one inside a string, are fine', async () => {
    expect((await send('reader', null, "SELECT ';', '--';")).text).toBe(';\t--\n')
  })
})

describe('binary rows', () => {
  test('0x0A0A in RowBinary is data: every block of every bytes comes back', async () => {
    const block = fc.array(
      fc.uint8Array({ maxLength: 20 }).map((a) => a.map((b) => (b % 3 === 0 ? 10 : b))),
      { minLength: 1, maxLength: 30 },
    )
    await fc.assert(
      fc.asyncProperty(block, async (texts) => {
        await writer.command({ query: 'TRUNCATE TABLE t' })
        const rows = texts.map((text, i) => rowBinary(0x0a0a_0a0a_0a0a_0000n + BigInt(i), Buffer.from(text)))
        const { stream } = await writer.exec({
          query: 'INSERT INTO t (id, s) FORMAT RowBinary',
          values: bytes(Buffer.concat(rows)),
        })
        stream.resume()
        const back = await rowsOf<{ h: string }>(reader, 'SELECT hex(s) AS h FROM t ORDER BY id')
        expect(back.map((row) => row.h.toLowerCase())).toEqual(texts.map((text) => Buffer.from(text).toString('hex')))
      }),
      { numRuns: 15 },
    )
  })
})

describe('nothing set by a request is seen by the next', () => {
  test('a deduplication token drops its own repetition only', async () => {
    const insert = (id: number, token?: string) =>
      writer.insert({
        table: 't',
        values: [{ id, s: 'same', at: '2026-01-01 00:00:00.000' }],
        format: 'JSONEachRow',
        ...(token ? { clickhouse_settings: { insert_deduplication_token: token } } : {}),
      })
    await insert(1, 'T1')
    await insert(2, 'T1')
    await insert(3)
    await insert(4)
    expect((await rowsOf<{ id: string }>(reader, 'SELECT id FROM t ORDER BY id')).map((row) => row.id)).toEqual([
      '1',
      '3',
      '4',
    ])
  })

  test('settings, SET, USE, parameters and temporary tables end with the request', async () => {
    const state =
      "SELECT getSetting('max_threads') AS t, getSetting('log_comment') LIKE '%mine%' AS c, currentDatabase() AS d"
    const before = await rowsOf(writer, state)
    await writer
      .query({ query: 'SELECT 1', clickhouse_settings: { max_threads: 1, log_comment: 'mine' } })
      .then((r) => r.text())
    await writer.query({ query: 'SELECT {x:UInt8}', query_params: { x: 1 } }).then((r) => r.text())
    for (const query of ['SET max_threads = 1', 'USE system', 'CREATE TEMPORARY TABLE mine (a UInt8)'])
      await writer.command({ query })
    expect(await rowsOf(writer, state)).toEqual(before)
    await expect(writer.query({ query: 'SELECT {x:UInt8}' })).rejects.toMatchObject({ type: 'UNKNOWN_QUERY_PARAMETER' })
    await expect(writer.query({ query: 'SELECT * FROM mine' })).rejects.toMatchObject({ type: 'UNKNOWN_TABLE' })
  })

  test('a failed request leaves nothing behind either', async () => {
    await expect(
      writer.query({
        query: 'SELECT nope',
        clickhouse_settings: { max_result_rows: '1', result_overflow_mode: 'throw' },
      }),
    ).rejects.toMatchObject({ type: 'UNKNOWN_IDENTIFIER' })
    expect(await rowsOf(writer, 'SELECT number FROM numbers(3)')).toHaveLength(3)
  })

  test('a setting cannot carry SQL', async () => {
    const query = { query: 'SELECT 1', clickhouse_settings: { log_comment: "x\\'; DROP TABLE victim; --" } }
    await expect(writer.query(query)).rejects.toMatchObject({ code: '36' })
    expect(await tables()).toContain('victim')
  })

  test('parameters of many requests at once stay apart', async () => {
    const ask = async (client: ClickHouseClient, x: number) => {
      const result = await client.query({ query: 'SELECT {x:UInt32} AS x', query_params: { x }, format: 'JSONEachRow' })
      return (await result.json<{ x: number }>())[0]?.x
    }
    const asked = Array.from({ length: 300 }, (_, x) => x)
    const lanes = [writer, reader, alerts]
    expect(await Promise.all(asked.map((x) => ask(lanes[x % 3] as ClickHouseClient, x)))).toEqual(asked)
  })

  test('a parameter is data, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (x) => {
        const result = await reader.query({
          query: 'SELECT hex({x:String}) AS x',
          query_params: { x },
          format: 'JSONEachRow',
        })
        expect(await result.json()).toEqual([{ x: Buffer.from(x).toString('hex').toUpperCase() }])
      }),
      { numRuns: 60, examples: [["it's\t\n\r\\ \0 {x} \\N; DROP TABLE victim"], ['‮é✓😀'], ['']] },
    )
  })
})

describe('lanes', () => {
  const endless = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)'
  /** Running statements of a kind, seen from a lane that is free. */
  const running = async (text: string) =>
    (await rowsOf<{ query: string }>(alerts, 'SELECT query FROM system.processes')).filter(
      (row) => row.query.includes(text) && !row.query.includes('system.processes'),
    ).length

  test('endless reads block neither writes nor alerts; an aborted one is killed and frees its place', async () => {
    const controllers = Array.from({ length: 3 }, () => new AbortController())
    const reads = controllers.map((controller, i) =>
      reader
        .query({ query: `${endless} AND ${i} = ${i}`, abort_signal: controller.signal })
        .catch((error: Error) => error.message),
    )
    await vi.waitFor(async () => expect(await running('ignore')).toBe(2), 10_000)
    await writer.insert({ table: 't', values: [{ id: 1 }], format: 'JSONEachRow' })
    expect(await rowsOf(alerts, 'SELECT count() AS n FROM t')).toEqual([{ n: '1' }])

    controllers[0]?.abort()
    await vi.waitFor(async () => expect(await running('2 = 2')).toBe(1), 10_000)
    expect(await running('0 = 0')).toBe(0)
    for (const controller of controllers) controller.abort()
    expect(await Promise.all(reads)).toEqual(Array(3).fill('The user aborted a request.'))
    await vi.waitFor(async () => expect(await running('ignore')).toBe(0), 10_000)
    expect(await count()).toBe(1)
  })

  test('a request that ends while it waits never runs', async () => {
    const [busy, waiting] = [new AbortController(), new AbortController()]
    const first = writer.query({ query: endless, abort_signal: busy.signal }).catch(() => {})
    await vi.waitFor(async () => expect(await running('ignore')).toBe(1), 10_000)
    const second = writer.insert({
      table: 't',
      values: [{ id: 9 }],
      format: 'JSONEachRow',
      abort_signal: waiting.signal,
    })
    waiting.abort()
    await expect(second).rejects.toThrow('aborted')
    busy.abort()
    await first
    await writer.insert({ table: 't', values: [{ id: 10 }], format: 'JSONEachRow' })
    expect(await rowsOf(reader, 'SELECT id FROM t')).toEqual([{ id: '10' }])
  })

  test('a statement has a time limit, its own or 30 s', async () => {
    expect(await rowsOf(reader, "SELECT getSetting('max_execution_time') AS s")).toEqual([{ s: 30 }])
    await expect(
      reader.query({ query: endless, clickhouse_settings: { max_execution_time: 1 } }),
    ).rejects.toMatchObject({
      type: 'TIMEOUT_EXCEEDED',
    })
  })

  test.each(['INSERT INTO t (id) SELECT 1', 'DROP TABLE victim', 'SET readonly = 0', 'SELECT 1 SETTINGS readonly = 0'])(
    'readers only read: %s is refused',
    async (query) => {
      for (const client of [reader, alerts])
        await expect(client.command({ query })).rejects.toMatchObject({ type: 'READONLY' })
      expect(await tables()).toContain('victim')
    },
  )
})

describe('the spool', () => {
  const spooled = () => readdirSync(join(fixture.dir, 'spool'))
  const upload = () => {
    const url = `${engineUrl()}/?query=${encodeURIComponent('INSERT INTO t (id) FORMAT CSV')}`
    const sending = request(url, { method: 'POST', auth: `writer:${fixture.engine.password}` })
    sending.on('error', () => {})
    sending.write('1\n2\n')
    return sending
  }

  test('holds a body in a file of its own that nobody else may read, and only for the time of the insert', async () => {
    const sending = upload()
    await vi.waitFor(() => expect(spooled()).toHaveLength(1))
    expect(statSync(join(fixture.dir, 'spool')).mode & 0o777).toBe(0o700)
    expect(statSync(join(fixture.dir, 'spool', spooled()[0] ?? '')).mode & 0o777).toBe(0o600)
    const answered = new Promise((resolve) => sending.once('response', (response) => resolve(response.statusCode)))
    sending.end('3\n')
    expect(await answered).toBe(200)
    expect(spooled()).toEqual([])
    expect(await count()).toBe(3)
  })

  test('a body that breaks off is removed and stores nothing', async () => {
    const sending = upload()
    await vi.waitFor(() => expect(spooled()).toHaveLength(1))
    sending.destroy()
    await vi.waitFor(() => expect(spooled()).toEqual([]))
    expect(await count()).toBe(0)
  })

  test('a large body with one bad row at its end stores nothing', async () => {
    const rows = Array.from({ length: 100_000 }, (_, id) =>
      JSON.stringify({ id, s: createHash('md5').update(`${id}`).digest('hex') }),
    )
    const bad = await send('writer', 'INSERT INTO t FORMAT JSONEachRow', `${rows.join('\n')}\n{"id":"x"}\n`)
    expect(bad.text).toMatch(/^Code: 27\. .*at row 100001/)
    expect(await count()).toBe(0)
  })
})
