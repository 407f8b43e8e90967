import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineFixture, rowsOf } from '../engine/fixture.ts'
import { connect } from './connect.ts'
import { migrate } from './migrate.ts'
import { defineViews, views, viewsDatabase } from './views.ts'

let fixture: Awaited<ReturnType<typeof engineFixture>>
let connection: ReturnType<typeof connect>

beforeAll(async () => {
  fixture = await engineFixture()
  const login = { username: 'writer', password: fixture.engine.password }
  connection = connect({ url: fixture.engine.url, database: 'default', login })
  await migrate(connection, { cluster: null, days: 30, contentDays: 30 })
})
afterAll(async () => {
  await connection.close()
  await fixture.close()
})

const present = () =>
  rowsOf<{ name: string; uuid: string }>(
    fixture.reader,
    "SELECT name, toString(uuid) AS uuid FROM system.tables WHERE database = 'outrider' ORDER BY name",
  )

describe('views', () => {
  it('are made once, and again only where they differ', async () => {
    await defineViews(connection, { database: 'default', views: 'outrider', cluster: null })
    const first = await present()
    expect(first.map(({ name }) => name)).toEqual(views().map(({ name }) => name))
    await defineViews(connection, { database: 'default', views: 'outrider', cluster: null })
    expect(await present()).toEqual(first)
    await connection.run('CREATE OR REPLACE VIEW outrider.runs AS SELECT 1 AS other')
    await defineViews(connection, { database: 'default', views: 'outrider', cluster: null })
    await connection.run('SELECT trace_id, start_time, status FROM outrider.runs LIMIT 0')
  })

  it.each(views().map(({ name, sql }) => [name, sql]))('%s says what a row is, and shows no texts', (_name, sql) => {
    expect(sql).toMatch(/^-- One row /)
    expect(sql).not.toMatch(/span_content|span_logs|\bSELECT \*/)
  })

  describe('over days of many tenants', () => {
    const DAYS = 20
    const noon = (day: number) => Math.floor(Date.now() / 86_400_000 - DAYS + day) * 86_400 + 43_200
    const insert = (day: number, span: string, receivedAt: number, status: string) =>
      connection.run(`INSERT INTO spans (tenant, day, bucket, trace_id, span_id, start_time, received_at, status)
        SELECT concat('t', toString(number)), toDate(${noon(day)}), intDiv(${noon(day)}, 600), '${span}', '${span}',
          toDateTime64(${noon(day)}, 9, 'UTC'), toDateTime64(${receivedAt}, 3, 'UTC'), '${status}'
        FROM numbers(3)`)
    beforeAll(async () => {
      await defineViews(connection, { database: 'default', views: 'outrider', cluster: null })
      for (let day = 0; day < DAYS; day++) await insert(day, `span${day}`, noon(day) + 1, 'ok')
      await insert(7, 'span7', noon(7) + 7200, 'error')
    }, 60_000)

    const hour = (day: number) => `>= ${noon(day) - 1800} AND`
    it.each([
      ['a view by its time', `outrider.spans WHERE start_time ${hour(7)} start_time <= ${noon(7) + 1800}`],
      [
        'a table by its bucket',
        `spans FINAL WHERE bucket >= intDiv(${noon(7)}, 600) AND bucket <= intDiv(${noon(7)}, 600)`,
      ],
    ])('%s reads none of the other days', async (_name, from) => {
      const plan = await rowsOf<{ explain: string }>(fixture.reader, `EXPLAIN indexes = 1 SELECT count() FROM ${from}`)
      const read = plan.flatMap(({ explain }) => /Parts: (\d+) \| Granules: (\d+)/.exec(explain)?.slice(1) ?? [])
      // the span and its later word
      expect(read).toEqual(['2', '2'])
    })

    it('what was said later stands, whatever time of arrival is asked for', async () => {
      const asked = (condition: string) =>
        rowsOf(fixture.reader, `SELECT DISTINCT status FROM outrider.spans WHERE trace_id = 'span7' AND ${condition}`)
      expect(await asked(`received_at < ${noon(7) + 60}`)).toEqual([])
      expect(await asked(`received_at > ${noon(7) + 60}`)).toEqual([{ status: 'error' }])
      expect(await asked(`start_time ${hour(7)} start_time <= ${noon(7) + 1800}`)).toEqual([{ status: 'error' }])
    })
  })

  it.each(views().map(({ name, sql }) => [name, sql]))('%s reads only the time that is asked for', async (name) => {
    const columns = await rowsOf<{ name: string }>(fixture.reader, `DESCRIBE TABLE outrider.${name}`)
    const time = ['start_time', 'time', 'minute'].find((column) => columns.some((one) => one.name === column))
    const plan = await rowsOf<{ explain: string }>(
      fixture.reader,
      `EXPLAIN SELECT count() FROM outrider.${name} WHERE ${time} >= toDateTime(1000) AND ${time} <= toDateTime(2000)`,
    )
    // no filter behind an aggregation: it went down to the table
    const steps = plan.map(
      ({ explain }) =>
        explain
          .replace(/[│└─\s]+/g, ' ')
          .trim()
          .split(' ')[0],
    )
    expect(steps.lastIndexOf('Filter')).toBeGreaterThanOrEqual(steps.lastIndexOf('Aggregating'))
  })

  it('have a database of their own beside every store', () => {
    expect([viewsDatabase('default'), viewsDatabase('prod')]).toEqual(['outrider', 'prod_views'])
  })
})
