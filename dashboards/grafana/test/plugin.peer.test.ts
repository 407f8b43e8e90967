/**
 * Every query of every dashboard by the parts that Grafana's ClickHouse plugin is made of (its SDK, sqlds, clickhouse-go),
 * set up by what is provisioned, against a real collector with a key: what panels would get. Says so where there is no Go.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as all } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { startEngine } from '../../../collector/src/engine/engine.ts'
import { newKey } from '../../../collector/src/keys.ts'
import { openStore } from '../../../collector/src/store/open.ts'
import { type Running, startCollector } from '../../../collector/test/collector.ts'
import { CLUSTER, type OneShard, startOneShard } from '../../../collector/test/one-shard.ts'
import { asked } from '../src/asked.ts'
import { fillVariables, type Values } from '../src/expand.ts'
import { CHOICES } from '../src/filter.ts'
import { seed } from './seed.ts'

const required = process.env.OUTRIDER_TEST_GO === 'required'
const sources = new URL('../../../deploy/grafana/datasources/outrider.yaml', import.meta.url)
const cwd = new URL('../../../collector/test/grafana-plugin/', import.meta.url).pathname
const now = Date.now()
const everything: Values = {
  ...Object.fromEntries(CHOICES.map((name) => [name, ['$__all']])),
  ...{ by: 'workflow', only: 'all', traceId: '1'.padStart(32, '0'), outrider: 'http://localhost:4318' },
}

interface Field {
  readonly name: string
  readonly type: string
  readonly labels?: Readonly<Record<string, string>>
  readonly first: unknown
}
interface Frame {
  readonly kind: string
  readonly looks: string
  readonly rows: number
  readonly fields: readonly Field[]
}
interface Told {
  readonly healthy: boolean
  readonly says: string
  readonly answers: readonly { readonly refId: string; readonly error?: string; readonly frames: readonly Frame[] }[]
}

const numeric = ({ type }: Field) => /^\*?(u?int|float)\d+$/.test(type)
const timed = ({ type }: Field) => /^\*?time\.Time$/.test(type)
const text = ({ type }: Field) => /^\*?string$/.test(type)

// its first build takes a minute and a half of a core: only where the whole of it was asked for
describe.runIf(required).each(['the embedded engine', 'a cluster of one shard'])(
  'the parts of the plugin, over %s,',
  (place) => {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-grafana-'))
    const grafana = newKey({ name: 'grafana', scopes: ['query'] })
    const program = join(dir, 'plugin')
    let running: Running
    let shard: OneShard | null = null

    beforeAll(async () => {
      const built = spawnSync('go', ['build', '-o', program, '.'], { cwd, encoding: 'utf8' })
      expect([built.status, built.stderr]).toEqual([0, ''])
      const env: Record<string, string> = {
        OUTRIDER_DATA_DIR: join(dir, 'data'),
        OUTRIDER_CONFIG: join(dir, 'outrider.yaml'),
      }
      const keys = `keys:\n${grafana.yaml.replace(/^/gm, '  ').trimEnd()}\n`
      if (place === 'the embedded engine') {
        await seeded(join(dir, 'data', 'clickhouse'))
        writeFileSync(join(dir, 'outrider.yaml'), keys)
      } else {
        shard = await startOneShard()
        const login = { username: 'writer', password: shard.password }
        const store = await openStore({
          ...{ url: shard.url, lanes: { write: login, read: login }, cluster: CLUSTER, retentionDays: 30 },
        })
        await seed(store, now)
        await store.close()
        env.CLICKHOUSE_URL = `${shard.url.replace('//', `//writer:${shard.password}@`)}/outrider`
        writeFileSync(join(dir, 'outrider.yaml'), `${keys}store: { cluster: ${CLUSTER} }\n`)
      }
      running = await startCollector(env)
    }, 300_000)
    afterAll(async () => {
      await running.stop()
      await shard?.close()
      rmSync(dir, { recursive: true, force: true })
    })

    /** What is provisioned, as Grafana hands it to the plugin, with the environment filled in. */
    async function askAll(queries: readonly unknown[], key = grafana.key): Promise<Told> {
      const { hostname, port } = new URL(running.url)
      const environment = new Map([
        ['$OUTRIDER_HOST', hostname],
        ['$OUTRIDER_PORT', port],
        ['$OUTRIDER_API_KEY', key],
      ])
      const filled = (settings: Readonly<Record<string, unknown>>) =>
        Object.fromEntries(
          Object.entries(settings).map(([name, value]) => [name, environment.get(`${value}`) ?? value]),
        )
      const source = parse(readFileSync(sources, 'utf8')).datasources.find(
        ({ uid }: { uid: string }) => uid === 'outrider-clickhouse',
      )
      const input = JSON.stringify({
        ...{ jsonData: filled(source.jsonData), secureJsonData: filled(source.secureJsonData) },
        ...{ fromMs: now - 6 * 3_600_000, toMs: now + 600_000, queries },
      })
      // this process is between the collector and the cluster: it must not stand still meanwhile
      const child = spawn(program)
      child.stdin.end(input)
      const [told, why, [status]] = await Promise.all([all(child.stdout), all(child.stderr), once(child, 'close')])
      if (status !== 0) throw new Error(why.slice(-2000))
      return JSON.parse(told)
    }

    const targets = (timezone: string) =>
      asked.map(({ rawSql, queryType }, at) => ({
        ...{ refId: `Q${at}`, rawSql: fillVariables(rawSql, everything), queryType, meta: { timezone } },
        ...{ format: { timeseries: 0, table: 1, traces: 3 }[queryType], intervalMs: 120_000, maxDataPoints: 300 },
      }))

    it('are healthy, and every query gives its panel what that draws', async () => {
      const told = await askAll(targets('UTC'))
      expect([told.healthy, told.says]).toEqual([true, 'Data source is working'])
      const wrong = asked.flatMap(({ board, panel, shape, refId }, at) => {
        const { error, frames } = told.answers[at]!
        const why = error ?? lacks(shape, refId, frames)
        return why === null ? [] : [`${board}: ${panel} (${refId}): ${why}`]
      })
      expect(wrong).toEqual([])
    })

    it('give the same moments and figures whatever time zone the reader is in', async () => {
      const shapes = async (zone: string) =>
        (await askAll(targets(zone))).answers.map(({ frames }) =>
          frames.map(({ rows, fields }) => [rows, fields.map(({ name, first }) => [name, instant(first)])]),
        )
      expect(await shapes('Asia/Kolkata')).toEqual(await shapes('America/St_Johns'))
    })

    it('list what there is to ask for, as the editor of a query does', async () => {
      const views = place === 'the embedded engine' ? 'outrider' : 'outrider_views'
      const first = async (rawSql: string) => {
        const [answer] = (await askAll([{ refId: 'A', rawSql, format: 1 }])).answers
        expect(answer?.error).toBeUndefined()
        return answer!.frames[0]!
      }
      expect((await first('SHOW DATABASES')).fields[0]?.first).toBe(views)
      expect((await first('SHOW TABLES FROM "outrider"')).rows).toBeGreaterThan(5)
      expect((await first('DESC TABLE "outrider"."runs"')).fields.map(({ name }) => name)).toContain('type')
      expect((await first('SELECT version()')).rows).toBe(1)
      const columns = "SELECT name, type, table FROM system.columns WHERE database IN ('outrider')"
      expect((await first(columns)).rows).toBeGreaterThan(50)
      expect((await first('SELECT database, name FROM system.tables ORDER BY database, name')).fields[0]?.first).toBe(
        views,
      )
      const named = `SELECT database, table, name, type, comment FROM system.columns
      WHERE (database, table) IN (('outrider', 'runs'), ('default', 'spans')) ORDER BY database, table, position`
      expect((await first(named)).fields[1]?.first).toBe('runs')
      const functions = `
      SELECT
        name, is_aggregate, case_insensitive, alias_to, origin, description,
        syntax, arguments, returned_value, examples, categories
      FROM system.functions
      LIMIT 10000
    `
      expect((await first(functions)).rows).toBeGreaterThan(1000)
    })

    it('hear why, where a statement may not be or a key is wrong', async () => {
      const [answer] = (await askAll([{ refId: 'A', rawSql: 'DROP TABLE default.spans', format: 1 }])).answers
      expect(answer?.error).toContain('Only SELECT')
      await expect(askAll([], 'or_query_wrong')).rejects.toThrow('OUT_KEY_UNKNOWN')
    })
  },
)

describe.skipIf(required)('Grafana', () => {
  it.skip('the plugin is tried only where OUTRIDER_TEST_GO=required', () => {})
})

/** A data directory as a collector leaves it, with something for every panel. */
async function seeded(dir: string): Promise<void> {
  const engine = await startEngine({ dir })
  const { url, password } = engine
  const lanes = { write: { username: 'writer', password }, read: { username: 'reader', password } }
  const store = await openStore({ url, lanes, retentionDays: 30, dataDir: dir })
  await seed(store, now)
  await store.close()
  await engine.close()
}

/** Why a panel of that type would show nothing, or an error. */
function lacks(shape: string, refId: string, frames: readonly Frame[]): string | null {
  const [frame] = frames
  if (frame === undefined || frame.rows === 0) return 'no rows'
  const { fields } = frame
  const odd = fields.find(({ first }) => /^(NaN|[+-]Inf)$/.test(`${first}`))
  if (odd !== undefined) return `${odd.name} is ${odd.first}`
  const missing = (...names: readonly string[]) => {
    const absent = names.filter((name) => !fields.some((field) => field.name === name))
    return absent.length === 0 ? null : `no ${absent.join(', ')}`
  }
  if (['timeseries', 'status-history', 'heatmap', 'state-timeline'].includes(shape)) {
    if (frame.kind !== 'wide') return `series are ${frame.kind}, not wide`
    if (!fields.some((field) => numeric(field) && field.first !== null)) return 'no numbers'
    // a row without a name is a row that nobody can tell from another
    const named =
      shape !== 'status-history' || fields.filter(numeric).every(({ labels }) => labels?.agent !== undefined)
    return named ? null : 'rows without an agent'
  }
  if (shape === 'stat' || shape === 'bargauge') return fields.some(numeric) ? null : 'no number'
  if (shape === 'traces') {
    const times = fields.find(({ name }) => name === 'startTime')
    if (frame.looks !== 'trace' || times === undefined || !numeric(times)) return 'no trace'
    return missing('traceID', 'spanID', 'parentSpanID', 'operationName', 'serviceName', 'duration', 'tags')
  }
  if (shape === 'nodeGraph') {
    return refId === 'nodes' ? missing('id', 'title', 'mainstat') : missing('id', 'source', 'target', 'mainstat')
  }
  if (shape === 'annotation') {
    const [time] = fields.filter(({ name }) => name === 'time')
    return time === undefined || !timed(time) ? 'no time' : missing('text', 'title', 'tags')
  }
  if (shape === 'variable') return fields.every(text) ? null : 'values are not texts'
  return shape === 'table' ? null : `nobody knows what ${shape} needs`
}

/** Times as Grafana's front end gets them: moments, however they are written. */
const instant = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value
