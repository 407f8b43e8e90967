import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { select, statement } from '../../test/any-select.ts'
import { engineFixture, rowsOf } from './fixture.ts'
import { answerStatement, refuse } from './server.ts'
import { createServerVoice } from './server-voice.ts'

let fixture: Awaited<ReturnType<typeof engineFixture>>

beforeAll(async () => {
  fixture = await engineFixture()
  for (const query of [
    "CREATE TABLE spans (tenant String, name String, at DateTime64(9, 'UTC'), n UInt64) ENGINE = MergeTree ORDER BY at",
    "INSERT INTO spans SELECT ['acme', 'globex'][number % 2 + 1], 'open', fromUnixTimestamp64Milli(number), number FROM numbers(100)",
    "INSERT INTO spans VALUES ('acme', 'canary', 0, 7)",
    'CREATE TABLE canary (n UInt64, name String) ENGINE = MergeTree ORDER BY n',
    "INSERT INTO canary SELECT number, 'canary' FROM numbers(10)",
    'CREATE DATABASE outrider',
    'CREATE DATABASE `billing.eu`',
    'CREATE TABLE `billing.eu`.canary (n UInt64) ENGINE = MergeTree ORDER BY n',
    "CREATE VIEW outrider.spans AS SELECT tenant, name, at, n FROM default.spans WHERE name = 'open'",
  ]) {
    await fixture.writer.command({ query })
  }
})
afterAll(async () => {
  await fixture.close()
})

/** The gate in front of a server, which the engine's lane for writing plays: no gate of its own, ClickHouse's protocol. */
async function inFrontOfAServer() {
  const { url, password } = fixture.engine
  const voice = createServerVoice({ url, username: 'writer', password, database: 'default', views: 'outrider' })
  const front = createServer((request, response) => {
    const tenant = request.headers['x-outrider-tenant']
    const told = typeof tenant === 'string' ? { tenant: decodeURIComponent(tenant) } : {}
    answerStatement(voice, request, response, told).catch((error: unknown) => refuse(response, error))
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    close: async () => {
      front.closeAllConnections()
      await new Promise((resolve) => front.close(resolve))
    },
  }
}

describe.each(['the embedded engine', 'a ClickHouse server'] as const)('the gate in front of %s:', (where) => {
  let visitor: ClickHouseClient
  let base: { readonly url: string; close(): Promise<void> }
  beforeAll(async () => {
    const embedded = { url: fixture.engine.url, close: async () => {} }
    base = where === 'the embedded engine' ? embedded : await inFrontOfAServer()
    const { password } = fixture.engine
    visitor = createClient({ url: base.url, username: 'visitor', password, log: { level: ClickHouseLogLevel.OFF } })
  })
  afterAll(async () => {
    await visitor.close()
    await base.close()
  })
  const read = (query: string) => rowsOf<Record<string, unknown>>(visitor, query)

  describe('what dashboards ask is answered', () => {
    test.each([
      ['a count', 'SELECT count() AS n FROM spans', [{ n: '100' }]],
      ['the database by name', 'SELECT max(n) AS n FROM outrider.spans', [{ n: '99' }]],
      ['any case of SQL', 'SELECT COUNT(*) AS a, Max(n) AS b FROM spans', [{ a: '100', b: '99' }]],
      [
        'combinators',
        'SELECT sumIfOrNull(n, n > 200) AS s, quantilesTDigestIf(0.5)(n, n = 1) AS q FROM spans',
        [{ s: null, q: [1] }],
      ],
      [
        'windows',
        'SELECT sum(n) OVER (ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM spans LIMIT 2',
        [{ s: '0' }, { s: '1' }],
      ],
      [
        'a CTE, a join, a subquery',
        'WITH a AS (SELECT n FROM spans) SELECT count() AS c FROM a JOIN spans AS b USING n WHERE n IN (SELECT n FROM a)',
        [{ c: '100' }],
      ],
      ['a CTE behind IN', 'WITH a AS (SELECT 3 AS n) SELECT n FROM spans WHERE n IN a', [{ n: '3' }]],
      [
        'time buckets',
        'SELECT toStartOfInterval(toDateTime(at), INTERVAL 60 second) AS time, count() AS n FROM spans GROUP BY time ORDER BY time',
        [{ time: '1970-01-01 00:00:00', n: '100' }],
      ],
      ['series of numbers', 'SELECT number FROM numbers(2)', [{ number: '0' }, { number: '1' }]],
      [
        'hostile texts',
        "SELECT 'it''s\nTableIdentifier default.spans' AS a, `n` AS `b\"c` FROM spans LIMIT 1",
        [{ a: "it's\nTableIdentifier default.spans", 'b"c': '0' }],
      ],
      ['the list of tables', 'SHOW TABLES', [{ name: 'spans' }]],
      ['the list of tables of a database', 'SHOW TABLES FROM outrider', [{ name: 'spans' }]],
      ['the same, quoted', 'SHOW TABLES FROM "outrider"', [{ name: 'spans' }]],
      ['the list of databases', 'SHOW DATABASES', [{ name: 'outrider' }]],
      [
        'the columns that a dashboard can filter by',
        "SELECT name, type, table FROM system.columns WHERE database IN ('outrider') AND table = 'spans'",
        ['tenant String', 'name String', "at DateTime64(9, 'UTC')", 'n UInt64'].map((column) => {
          const [name = '', ...type] = column.split(' ')
          return { name, type: type.join(' '), table: 'spans' }
        }),
      ],
      ['the same of everything', 'SELECT name, type, table FROM system.columns;', 4],
      [
        'the tables, of all databases, where there is one',
        'SELECT database, name FROM system.tables ORDER BY database, name',
        [{ database: 'outrider', name: 'spans' }],
      ],
      [
        'columns of tables by name, of which some are none of ours',
        "SELECT database, table, name, type, comment FROM system.columns WHERE (database, table) IN (('outrider', 'spans'), ('default', 'canary')) ORDER BY database, table, position",
        4,
      ],
      ['functions to complete', 'SELECT name, syntax\n FROM system.functions LIMIT 7', 7],
    ])('%s', async (_what, query, rows) => {
      const answer = await read(query)
      expect(typeof rows === 'number' ? answer.length : answer).toEqual(rows)
    })

    test('also where the client says limits of its own, which are not heard', async () => {
      const query = 'SELECT number FROM numbers(9)'
      const own = { limit: '3', readonly: '0', max_execution_time: 999 }
      const answer = await visitor.query({ query, clickhouse_settings: own, format: 'JSONEachRow' })
      expect(await answer.json()).toHaveLength(9)
      const late = visitor.query({ query: 'DROP TABLE default.canary', clickhouse_settings: own })
      await expect(late).rejects.toMatchObject({ code: '164' })
    })

    test('the columns of a view', async () => {
      expect((await read('DESC TABLE "outrider"."spans"')).map(({ name }) => name)).toEqual([
        'tenant',
        'name',
        'at',
        'n',
      ])
    })

    test('parameters', async () => {
      const query = 'SELECT count() AS n FROM spans WHERE tenant = {t:String}'
      const answer = await visitor.query({ query, query_params: { t: "acme' OR 1 --" }, format: 'JSONEachRow' })
      expect(await answer.json()).toEqual([{ n: '0' }])
    })
  })

  describe('everything else is refused with its own code, and nothing runs', () => {
    const [denied, readonly, syntax] = ['497', '164', '62']
    test.each([
      ['a table of the store', 'SELECT * FROM default.spans', denied],
      ['quoted', 'SELECT * FROM `default`.`spans`', denied],
      ['in a join', 'SELECT * FROM spans JOIN default.canary USING n', denied],
      ['in a subquery', 'SELECT (SELECT max(name) FROM default.canary)', denied],
      ['in a CTE', 'WITH a AS (SELECT * FROM default.canary) SELECT * FROM a', denied],
      ['behind EXISTS', 'SELECT 1 WHERE EXISTS (SELECT 1 FROM default.canary)', denied],
      ['behind IN', 'SELECT count() FROM spans WHERE n IN default.canary', denied],
      ['behind IN, in brackets', 'SELECT count() FROM spans WHERE n IN (default.canary)', denied],
      // the embedded engine has no databases but its own
      ...(where === 'a ClickHouse server'
        ? [
            ['of a database beside it', 'SELECT * FROM `billing.eu`.canary', denied],
            ['of one behind IN', 'SELECT count() FROM spans WHERE n IN `billing.eu`.canary', denied],
          ]
        : []),
      ['behind a name for it', 'WITH default.canary AS z SELECT count() FROM spans WHERE n IN z', denied],
      ['behind in()', 'SELECT in(n, default.canary) FROM spans', denied],
      ['of the second half of a union', 'SELECT name FROM spans UNION ALL SELECT name FROM default.canary', denied],
      ['described', 'DESCRIBE TABLE default.canary', denied],
      ['listed', 'SHOW TABLES FROM default', denied],
      ['with its text', 'SHOW CREATE TABLE outrider.spans', denied],
      ['the system tables', 'SELECT * FROM system.tables', denied],
      ['almost a listing', "SELECT name, type, table FROM system.columns WHERE database IN ('default')", denied],
      ['more than a listing', 'SELECT database, name FROM system.tables ORDER BY database, name LIMIT 1', denied],
      ['a listing with a function in it', 'SELECT name, hostName() FROM system.functions LIMIT 1', denied],
      ['a listing in a subquery', 'SELECT * FROM (SHOW DATABASES)', syntax],
      ['a listing and more', 'SHOW DATABASES; DROP TABLE default.canary', syntax],
      ['a listing and a comment', 'SHOW DATABASES -- x', '497'],
      ['the system processes', 'SELECT query FROM system.processes', denied],
      ['the information schema', 'SELECT * FROM INFORMATION_SCHEMA.tables', denied],
      ['url()', "SELECT * FROM url('http://127.0.0.1/', CSV, 'a String')", denied],
      ['file()', "SELECT * FROM file('/etc/passwd', LineAsString)", denied],
      ['file() as a value', "SELECT file('/etc/passwd')", denied],
      ['remote()', "SELECT * FROM remote('127.0.0.1', default, canary)", denied],
      ['s3()', "SELECT * FROM s3('https://x/y', CSV, 'a String')", denied],
      ['executable()', "SELECT * FROM executable('id', TSV, 'a String')", denied],
      ['merge()', "SELECT * FROM merge('default', '.*')", denied],
      ['view()', 'SELECT * FROM view(SELECT * FROM default.canary)', denied],
      ['described url()', "DESCRIBE TABLE url('http://127.0.0.1/', CSV)", denied],
      ['a table function behind IN', "SELECT 1 IN (merge('default', 'canary'))", denied],
      ['dictGet', "SELECT dictGet('default.d', 'a', 1)", denied],
      ['joinGet', "SELECT joinGet('default.canary', 'name', 1)", denied],
      ['sleep', 'SELECT sleep(3)', denied],
      ['getSetting', "SELECT getSetting('max_memory_usage')", denied],
      ['hostName', 'SELECT hostName()', denied],
      ['APPLY', 'SELECT * APPLY(sleep) FROM spans', denied],
      ['a name over two lines', 'SELECT `a\nb` FROM spans', denied],
      ['EXPLAIN', 'EXPLAIN SELECT 1', denied],
      ['INSERT', "INSERT INTO default.spans VALUES ('x', 'y', 0, 0)", readonly],
      ['INSERT … SELECT', 'INSERT INTO default.canary SELECT 1', readonly],
      ['DROP', 'DROP TABLE default.canary', readonly],
      ['TRUNCATE', 'TRUNCATE TABLE default.canary', readonly],
      ['ALTER', 'ALTER TABLE default.canary DELETE WHERE 1', readonly],
      ['CREATE', 'CREATE TABLE outrider.x (a UInt8) ENGINE = Memory', readonly],
      ['SET', 'SET readonly = 0', readonly],
      ['USE', 'USE default', readonly],
      ['KILL', 'KILL QUERY WHERE 1 ASYNC', readonly],
      ['SYSTEM', 'SYSTEM FLUSH LOGS', readonly],
      ['BACKUP', "BACKUP TABLE default.canary TO File('x')", readonly],
      // a server refuses that over HTTP; the engine that plays one here does not
      ...(where === 'the embedded engine'
        ? [['INTO OUTFILE', "SELECT 1 INTO OUTFILE '/tmp/outrider-visitor'", readonly]]
        : []),
      ['SETTINGS', 'SELECT 1 SETTINGS max_threads = 1', readonly],
      ['SETTINGS that change nothing', 'SELECT 1 SETTINGS readonly = 1', readonly],
      ['SETTINGS in a subquery', 'SELECT * FROM (SELECT 1 SETTINGS readonly = 1)', readonly],
      ['two statements', 'SELECT 1; DROP TABLE default.canary', syntax],
      // the engine's classifier counts two, a parser sees what is no SELECT
      [
        'two statements at once',
        'SELECT 1 PARALLEL WITH SELECT 2',
        where === 'the embedded engine' ? syntax : readonly,
      ],
      ['what is no SQL', 'SELEC 1', syntax],
      ['nothing', '-- nothing', syntax],
      ['an expression', "file('/etc/passwd')", syntax],
      ['what EXPLAIN AST would take for more columns', ", file('/etc/passwd')", syntax],
      ['an unknown view', 'SELECT * FROM canary', '60'],
      ['a format that runs code', 'SELECT 1 FORMAT Template', '73'],
      ['more rows than may be read', 'SELECT sum(number) FROM numbers(1000000000)', '158'],
      ['more rows than may be returned', 'SELECT number FROM numbers(2000000)', '396'],
      ['more memory than there is', "SELECT length(groupArray(repeat('x', 1000000))) FROM numbers(5000)", '241'],
    ])('%s', async (_what, query, code) => {
      const text = await fetch(`${base.url}/?default_format=JSONEachRow`, {
        method: 'POST',
        body: query,
        headers: { 'x-clickhouse-user': 'visitor', 'x-clickhouse-key': fixture.engine.password },
      })
      expect([text.headers.get('x-clickhouse-exception-code'), await text.text()]).toEqual([code, expect.any(String)])
      expect(text.ok).toBe(false)
      const [left] = await rowsOf<{ n: string }>(fixture.reader, 'SELECT count() AS n FROM default.canary')
      expect(left).toEqual({ n: '10' })
    })

    test.each([
      ['another database', { database: 'default' }, '81'],
      ['a setting', { max_rows_to_read: '0' }, '164'],
      ['a filter of tables', { additional_table_filters: 'x' }, '164'],
      ['a session', { session_id: 'x' }, '48'],
    ])('%s in the URL', async (_what, options, code) => {
      const search = new URLSearchParams({ query: 'SELECT 1', ...options })
      const headers = { 'x-clickhouse-user': 'visitor', 'x-clickhouse-key': fixture.engine.password }
      const answer = await fetch(`${base.url}/?${search}`, { headers })
      expect(answer.headers.get('x-clickhouse-exception-code')).toBe(code)
    })

    test('a table as a parameter', async () => {
      const query = 'SELECT count() AS n FROM {t:Identifier}'
      const ask = (t: string) => visitor.query({ query, query_params: { t }, format: 'JSONEachRow' })
      expect(await (await ask('spans')).json()).toEqual([{ n: '100' }])
      await expect(ask('default.canary')).rejects.toMatchObject({ code: denied })
    })
  })

  describe('no statement reaches a table that is not a view', () => {
    const textOf = async (client: ClickHouseClient, query: string) => {
      try {
        return await (await client.exec({ query })).stream.toArray().then((chunks) => Buffer.concat(chunks).toString())
      } catch {
        return ''
      }
    }

    test('whatever it is made of', async () => {
      let answered = 0
      await fc.assert(
        fc.asyncProperty(statement, async (sql) => {
          const text = await textOf(visitor, sql)
          if (text !== '') answered++
          expect(text).not.toMatch(/canary|root:/)
        }),
        { numRuns: 300 },
      )
      expect(answered).toBeGreaterThan(10)
    })

    test('and the same statements do reach them where there is no gate', async () => {
      let reached = 0
      await fc.assert(
        fc.asyncProperty(select, async (sql) => {
          if (/canary/.test(await textOf(fixture.reader, sql))) reached++
        }),
        { numRuns: 60 },
      )
      expect(reached).toBeGreaterThan(0)
    })
  })

  test('whoever goes away ends what runs for him', async () => {
    const running = async () =>
      await rowsOf<{ elapsed: number }>(
        fixture.reader,
        "SELECT elapsed FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%'",
      )
    const leaving = new AbortController()
    const headers = { 'x-clickhouse-user': 'visitor', 'x-clickhouse-key': fixture.engine.password }
    const body = 'SELECT max(sipHash64(a.number, b.number)) FROM numbers(100000) AS a, numbers(100000) AS b'
    const asked = fetch(base.url, { method: 'POST', headers, body, signal: leaving.signal }).catch(() => 'gone')
    await vi.waitFor(async () => expect(await running()).toHaveLength(1), { timeout: 20_000, interval: 20 })
    leaving.abort()
    expect(await asked).toBe('gone')
    // well before its own limit of ten seconds
    await vi.waitFor(async () => expect(await running()).toEqual([]), { timeout: 9000, interval: 20 })
  })

  test('a caller of one tenant sees the rows of that tenant, and none of a table without tenants', async () => {
    const ask = async (tenant: string) => {
      const headers = {
        'x-clickhouse-user': 'visitor',
        'x-clickhouse-key': fixture.engine.password,
        'x-outrider-tenant': encodeURIComponent(tenant),
      }
      const query = 'SELECT tenant, count() FROM spans GROUP BY tenant'
      return await (await fetch(`${base.url}/?query=${encodeURIComponent(query)}`, { headers })).text()
    }
    expect(await ask('acme')).toBe('acme\t50\n')
    expect(await ask("acme' OR 1 OR '")).toBe('')
    expect(await ask('ünïcode 🙂')).toBe('')
  })
})
