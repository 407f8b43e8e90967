import { randomUUID } from 'node:crypto'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOf, engineFixture, rowsOf } from './fixture.ts'

let fixture: Awaited<ReturnType<typeof engineFixture>>
beforeAll(async () => {
  fixture = await engineFixture()
  await fixture.writer.command({ query: 'CREATE TABLE t (id UInt64, s String) ENGINE = MergeTree ORDER BY id' })
})
afterAll(() => fixture.close())

const authorization = () => ({
  'x-clickhouse-user': 'reader',
  'x-clickhouse-key': fixture.engine.password,
})

describe('who may speak', () => {
  test.each([
    ['nobody', {}],
    ['a wrong password', { authorization: `Basic ${btoa('writer:guess')}` }],
    ['no password', { 'x-clickhouse-user': 'writer' }],
    ['the default user', { authorization: `Basic ${btoa('default:')}` }],
    ['a malformed header', { authorization: 'Basic ???' }],
    ['another scheme', { authorization: 'Bearer x' }],
  ])('%s: 401, code 516, and nothing runs', async (_name, headers) => {
    const query = encodeURIComponent('DROP TABLE t')
    const response = await fetch(`${fixture.engine.url}/?query=${query}`, { method: 'POST', headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('x-clickhouse-exception-code')).toBe('516')
    expect(await rowsOf(fixture.reader, 'SHOW TABLES')).toEqual([{ name: 't' }])
  })

  test('the right password of an unknown user is not enough', async () => {
    const client = clientOf(fixture.engine, 'admin')
    await expect(client.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516' })
    await client.close()
  })

  test('the password in the URL is refused: URLs end up in logs', async () => {
    const url = `${fixture.engine.url}/?user=reader&password=${fixture.engine.password}&query=SELECT+1`
    expect((await fetch(url)).status).toBe(401)
  })

  test('only ping is free', async () => {
    expect(await (await fetch(`${fixture.engine.url}/ping`)).text()).toBe('Ok.\n')
    for (const path of ['/play', '/metrics', '/replicas_status', '/ping/x']) {
      expect((await fetch(fixture.engine.url + path)).status).toBe(401)
      expect((await fetch(fixture.engine.url + path, { headers: authorization() })).status).toBe(404)
    }
  })
})

describe('the unmodified client', () => {
  test('pings, by path and by statement', async () => {
    expect(await fixture.reader.ping()).toEqual({ success: true })
    expect(await fixture.reader.ping({ select: true })).toEqual({ success: true })
  })

  test('64-bit numbers arrive whole', async () => {
    const id = '18446744073709551615'
    await fixture.writer.insert({ table: 't', values: [{ id, s: 'é' }], format: 'JSONEachRow' })
    expect(await rowsOf(fixture.reader, 'SELECT * FROM t')).toEqual([{ id, s: 'é' }])
  })

  test('an insert tells how many rows it stored, and the query its ID', async () => {
    const query_id = randomUUID()
    const values = Array.from({ length: 1234 }, (_, id) => ({ id, s: 'x' }))
    const result = await fixture.writer.insert({ table: 't', values, format: 'JSONEachRow', query_id })
    expect(result.query_id).toBe(query_id)
    expect(result.response_headers['x-clickhouse-query-id']).toBe(query_id)
    expect(result.summary?.written_rows).toBe('1234')
  })

  test('an insert of nothing is no error', async () => {
    const query = encodeURIComponent('INSERT INTO t FORMAT RowBinary')
    const headers = { ...authorization(), 'x-clickhouse-user': 'writer' }
    expect((await fetch(`${fixture.engine.url}/?query=${query}`, { method: 'POST', headers })).status).toBe(200)
  })

  test('gzip both ways', async () => {
    const url = fixture.engine.url
    const client = createClient({
      url,
      username: 'writer',
      password: fixture.engine.password,
      compression: { request: true, response: true },
      log: { level: ClickHouseLogLevel.OFF },
    })
    await client.insert({ table: 't', values: [{ id: 77, s: 'packed' }], format: 'JSONEachRow' })
    expect(await rowsOf(client, 'SELECT s FROM t WHERE id = 77 ORDER BY s')).toEqual([{ s: 'packed' }, { s: 'x' }])
    await expect(client.query({ query: 'SELECT nope' })).rejects.toMatchObject({ type: 'UNKNOWN_IDENTIFIER' })
    await client.close()
    const raw = await fetch(`${url}/?enable_http_compression=1&query=SELECT+1`, {
      headers: { ...authorization(), 'accept-encoding': 'gzip' },
    })
    expect(raw.headers.get('content-encoding')).toBe('gzip')
    expect(await raw.text()).toBe('1\n')
  })

  test('a long result comes whole, as a stream', async () => {
    const result = await fixture.reader.query({
      query: 'SELECT number AS n FROM numbers(300000)',
      format: 'JSONEachRow',
    })
    let next = 0
    for await (const rows of result.stream<{ n: string }>())
      for (const row of rows) expect(row.json<{ n: string }>().n).toBe(String(next++))
    expect(next).toBe(300_000)
  })

  test.each([false, true])('parameters of 200 kB, as a form: %s', async (use_multipart_params) => {
    const ids = Array.from({ length: 20_000 }, (_, id) => id + 1_000_000)
    const result = await fixture.reader.query({
      query: 'SELECT length({ids:Array(UInt64)}) AS n, {s:String} AS s',
      query_params: { ids, s: "it's\n\n\té" },
      format: 'JSONEachRow',
      use_multipart_params,
    })
    expect(await result.json()).toEqual([{ n: '20000', s: "it's\n\n\té" }])
  })

  test.each([
    ['SELECT * FROM nope', '60', 'UNKNOWN_TABLE'],
    ['SELECT nope', '47', 'UNKNOWN_IDENTIFIER'],
    ['SELEC 1', '62', 'SYNTAX_ERROR'],
    ['SELECT 1 SETTINGS nope = 1', '115', 'UNKNOWN_SETTING'],
    ['SELECT throwIf(1)', '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
    [
      'SELECT groupArray(number) FROM numbers(100000000) SETTINGS max_memory_usage = 1000000',
      '241',
      'MEMORY_LIMIT_EXCEEDED',
    ],
  ])('%s: ClickHouseError %s %s', async (query, code, type) => {
    await expect(fixture.reader.query({ query })).rejects.toMatchObject({ code, type })
  })

  test('an unknown setting and a database that is not there are typed errors', async () => {
    const settings = { no_such_setting: 1 } as never
    await expect(fixture.reader.query({ query: 'SELECT 1', clickhouse_settings: settings })).rejects.toMatchObject({
      code: '115',
    })
    const other = createClient({
      url: fixture.engine.url,
      username: 'reader',
      password: fixture.engine.password,
      database: 'nope',
      log: { level: ClickHouseLogLevel.OFF },
    })
    await expect(other.query({ query: 'SELECT 1' })).rejects.toMatchObject({ type: 'UNKNOWN_DATABASE' })
    await other.close()
  })

  test.each(['RowBinary', 'Native', 'Parquet', 'ArrowStream', 'CSVWithNames', 'JSONCompactEachRow', 'TSV'])(
    '%s goes out and comes in again',
    async (format) => {
      await fixture.writer.command({
        query: 'CREATE OR REPLACE TABLE copy (id UInt64, s String) ENGINE = MergeTree ORDER BY id',
      })
      const from = encodeURIComponent(
        `SELECT number AS id, concat('\\n\\n', char(number % 128)) AS s FROM numbers(3000) FORMAT ${format}`,
      )
      const out = await fetch(`${fixture.engine.url}/?query=${from}`, { headers: authorization() })
      expect(out.headers.get('x-clickhouse-format')).toBe(format)
      const into = encodeURIComponent(`INSERT INTO copy FORMAT ${format}`)
      const headers = { ...authorization(), 'x-clickhouse-user': 'writer' }
      const stored = await fetch(`${fixture.engine.url}/?query=${into}`, {
        method: 'POST',
        headers,
        body: await out.arrayBuffer(),
      })
      expect([stored.status, await stored.text()]).toEqual([200, ''])
      expect(
        await rowsOf(
          fixture.reader,
          "SELECT count() AS n, countIf(s = concat('\\n\\n', char(id % 128))) AS same FROM copy",
        ),
      ).toEqual([{ n: '3000', same: '3000' }])
    },
  )

  test('system logs stay off and the caches are small', async () => {
    expect(
      await rowsOf(fixture.reader, "SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'"),
    ).toEqual([])
    const caches =
      "SELECT max(toUInt64(value)) <= 134217728 AS small FROM system.server_settings WHERE name IN ('mark_cache_size', 'primary_index_cache_size')"
    expect(await rowsOf(fixture.reader, caches)).toEqual([{ small: 1 }])
  })
})
