/** Every query of every dashboard, as ClickHouse gets it, on a store with something in it, through the read-only gate. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, engineFixture } from '../../../collector/src/engine/fixture.ts'
import { openStore } from '../../../collector/src/store/open.ts'
import { aSpan } from '../../../collector/test/spans.ts'
import { asked } from '../src/asked.ts'
import { fillMacros, fillVariables, type Values } from '../src/expand.ts'
import { CHOICES, chosen } from '../src/filter.ts'
import { HOSTILE, seed } from './seed.ts'

const now = Date.now()
// scores and outcomes stand at their arrival
const range = { fromMs: now - 6 * 3_600_000, toMs: now + 600_000, intervalMs: 120_000 }
const everything: Values = {
  ...Object.fromEntries(CHOICES.map((name) => [name, ['$__all']])),
  ...{ by: 'workflow', only: 'all', traceId: '1'.padStart(32, '0'), outrider: 'http://localhost:4318' },
}
const text = (rawSql: string, values: Values = everything) => fillMacros(fillVariables(rawSql, values), range)

let fixture: Awaited<ReturnType<typeof engineFixture>>
let store: Awaited<ReturnType<typeof openStore>>
let visitor: ReturnType<typeof clientOf>

beforeAll(async () => {
  fixture = await engineFixture()
  const { url, password } = fixture.engine
  const lanes = { write: { username: 'writer', password }, read: { username: 'reader', password } }
  store = await openStore({ url, lanes, retentionDays: 30, dataDir: fixture.dir })
  visitor = clientOf(fixture.engine, 'visitor')
  await seed(store, now)
})
afterAll(async () => {
  await visitor.close()
  await store.close()
  await fixture.close()
})

const ask = async (sql: string) => {
  const answer = await visitor.query({ query: sql, format: 'JSON' })
  const { meta, data } = await answer.json<Record<string, unknown>>()
  return { columns: meta ?? [], rows: data }
}

/** Types that the plugin's converters know; of others a panel shows nothing. */
const known =
  /^(Nullable\()?(U?Int(8|16|32|64|128|256)|Float(32|64)|Bool)\)?$|^(LowCardinality\()?(Nullable\()?String\)*$|^(Nullable\()?(Enum(8|16)|Date)|^(Array|Map|Tuple)\(/
/** What the plugin can make a series of: times, numbers, and texts that name the series. */
const time = /^DateTime/
const number = /^(Nullable\()?(U?Int|Float)\d+/
const name = /^(LowCardinality\()?(Nullable\()?String/

describe.each(asked)('$board: $panel ($refId)', ({ board, queryType, rawSql, panel, refId }) => {
  it('answers with rows of the right shape', async () => {
    const { columns, rows } = await ask(text(rawSql))
    expect(rows.length).toBeGreaterThan(0)
    const types = new Map(columns.map((column) => [column.name, column.type]))
    expect(columns.filter(({ type }) => !known.test(type))).toEqual([])
    if (queryType === 'timeseries') {
      expect(types.get('time')).toMatch(time)
      const rest = columns.filter((column) => column.name !== 'time')
      expect(rest.filter(({ type }) => !number.test(type) && !name.test(type))).toEqual([])
      expect(rest.some(({ type }) => number.test(type))).toBe(true)
      const times = rows.map((row) => String(row.time))
      expect(times).toEqual([...times].sort())
    } else if (queryType === 'traces') {
      expect([...types.keys()]).toEqual(
        expect.arrayContaining([
          'traceID',
          'spanID',
          'parentSpanID',
          'operationName',
          'serviceName',
          'startTime',
          'duration',
          'tags',
        ]),
      )
      expect(types.get('startTime')).toBe('Float64')
    } else {
      expect(columns.filter(({ type }) => /Decimal|AggregateFunction|JSON|Dynamic|Map/.test(type))).toEqual([])
      if (panel.startsWith('annotation')) expect([...types.keys()]).toEqual(['time', 'text', 'title', 'tags'])
      if (refId === 'nodes')
        expect([...types.keys()]).toEqual(expect.arrayContaining(['id', 'title', 'mainstat', 'arc__failed', 'arc__ok']))
      if (refId === 'edges')
        expect([...types.keys()]).toEqual(expect.arrayContaining(['id', 'source', 'target', 'mainstat']))
    }
    // a figure that is nowhere known is a mistake in its name
    if (panel !== 'Unpriced calls')
      expect(rows.some((row) => Object.values(row).some((value) => value !== null && value !== ''))).toBe(true)
  })

  it('takes hostile values for values', async () => {
    const { rows } = await ask(text(rawSql, all(HOSTILE, HOSTILE[3]!)))
    // nobody is called so: what comes back is what comes back for a name that is plain and unknown
    if (proven.has(board) || !/\$\{(traceId|agent):/.test(rawSql)) return
    proven.add(board)
    expect(rows).toEqual((await ask(text(rawSql, all(['nobody'], 'nobody')))).rows)
  })
})

/** Boards in which that has been compared: one query each is enough, the conditions are the same. */
const proven = new Set<string>()
const all = (choice: readonly string[], typed: string): Values =>
  Object.fromEntries(Object.entries(everything).map(([key, value]) => [key, Array.isArray(value) ? choice : typed]))

describe('a choice', () => {
  const workflows = async (values: readonly string[]) => {
    const sql = `SELECT DISTINCT workflow FROM runs WHERE ${chosen('start_time', 'workflow')} ORDER BY workflow`
    return (await ask(text(sql, { workflow: values }))).rows.map((row) => row.workflow)
  }

  it.each(HOSTILE)('%j is itself and nothing else', async (value) => {
    expect(await workflows([value])).toEqual([value])
  })

  it('of several is all of them, of none that exists is nothing, of all is all', async () => {
    expect(await workflows(HOSTILE)).toEqual(
      [...HOSTILE].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
    expect(await workflows(['nobody'])).toEqual([])
    expect(await workflows(['$__all'])).toHaveLength(HOSTILE.length + 1)
  })
})

it('a click on a red cell, or on failed or refused runs, shows those and no others', async () => {
  const { rawSql } = asked.find(({ board, panel }) => board === 'runs' && panel === 'Runs')!
  const shown = async (only: string, agent = '$__all') =>
    (await ask(text(rawSql, { ...everything, only, agent: [agent] }))).rows.map(({ errors, refused }) => [
      Number(errors) > 0,
      Number(refused) > 0,
    ])
  const all = await shown('all')
  const failing = all.filter(([errors]) => errors)
  expect(failing.length).toBeGreaterThan(0)
  expect(failing.length).toBeLessThan(all.length)
  expect(await shown('errors')).toEqual(failing)
  const ofAgent = await shown('errors', 'researcher')
  expect(ofAgent.length).toBeGreaterThan(0)
  expect(ofAgent.every(([errors]) => errors)).toBe(true)
  const ofCalls = await shown('failing', 'researcher')
  expect(ofCalls.length).toBeGreaterThan(0)
  expect(ofCalls.length).toBeLessThanOrEqual(ofAgent.length)
  expect(ofCalls.every(([errors]) => errors)).toBe(true)
  expect((await shown('refused')).every(([, refused]) => refused)).toBe(true)
  expect(await shown("' OR 1 --")).toEqual(all)
})

describe('a run below a web request', () => {
  const of = async (board: string, panel: string, more: Values = {}) => {
    const { rawSql } = asked.find((one) => one.board === board && one.panel === panel)!
    return (await ask(text(rawSql, { ...everything, tenant: ['web'], ...more }))).rows
  }

  beforeAll(async () => {
    const startNs = BigInt(now - 3_600_000) * 1_000_000n
    const run = (at: number, stopReason: 'completed' | 'budget_exceeded' | null) => {
      const traceId = `web${at}`.padStart(32, 'f').replaceAll(/[^0-9a-f]/g, 'e')
      const shared = { traceId, startNs, tenantId: 'web', counted: false, finishReason: null, costNano: null }
      const request = {
        ...shared,
        spanId: '1'.padStart(16, '0'),
        parentSpanId: null,
        name: 'POST /',
        kind: 'other' as const,
      }
      const work = { ...shared, spanId: '2'.padStart(16, '0'), parentSpanId: request.spanId, kind: 'agent' as const }
      const status = stopReason === 'completed' ? ('ok' as const) : ('error' as const)
      return [
        aSpan({
          ...request,
          status: 'unset',
          workflow: null,
          agent: null,
          stopReason: null,
          durationNs: 2_000_000_000n,
        }),
        aSpan({ ...work, status, workflow: 'checkout', agent: 'clerk', stopReason, durationNs: 1_000_000_000n }),
      ]
    }
    await store.write([...run(1, 'completed'), ...run(2, 'budget_exceeded'), ...run(3, null)])
  })

  it('failed where its workflow did', async () => {
    expect(await of('overview', 'Failed runs')).toEqual([{ failed_runs: '2' }])
    expect(await of('overview', 'Success')).toEqual([{ success: expect.closeTo(1 / 3) }])
    expect(await of('overview', 'Failed runs', { workflow: ['checkout'], agent: ['clerk'] })).toEqual([
      { failed_runs: '2' },
    ])
    expect(await of('overview', 'Failed runs', { workflow: ['refund'] })).toEqual([{ failed_runs: '0' }])
    const ended = await of('overview', 'Runs by how they ended')
    expect(ended.map((row) => row.ended).toSorted()).toEqual(['budget_exceeded', 'completed', 'error'])
    expect(await of('overview', 'Workflows')).toMatchObject([{ workflow: 'checkout', runs: '3' }])
    expect((await of('runs', 'Runs')).map((row) => row.ended).toSorted()).toEqual(['error', 'error', 'unset'])
    expect((await of('runs', 'Runs')).map((row) => row.reason).toSorted()).toEqual([
      'budget_exceeded',
      'completed',
      'error',
    ])
    expect(await of('runs', 'Runs', { only: 'errors' })).toHaveLength(2)
  })
})

it('what people were told of is counted, its symptoms beside it', async () => {
  const { rawSql } = asked.find(({ board, panel }) => board === 'alerts' && panel === 'Firing now')!
  const counted = async (panel: string, board = 'alerts') =>
    Object.values((await ask(text(asked.find((one) => one.board === board && one.panel === panel)!.rawSql))).rows[0]!)
  expect((await ask(text(rawSql))).rows).toMatchObject([{ agent: 'researcher', symptoms: '1' }])
  expect(await counted('Firing')).toEqual(['1'])
  expect(await counted('Alerts firing', 'overview')).toEqual(['1'])
  expect(await counted('Fired')).toEqual(['2'])
})

it('a month of spans is refused before it is read, not after', async () => {
  await expect(ask('SELECT count() FROM spans AS a, numbers(60000000) AS b')).rejects.toMatchObject({ code: '158' })
})
