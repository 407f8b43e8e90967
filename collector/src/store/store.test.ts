import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Engine, startEngine } from '../engine/engine.ts'
import { agentsContract } from './agents.contract.ts'
import { connect } from './connect.ts'
import { findingsContract } from './findings.contract.ts'
import type { StoreSettings } from './open.ts'
import { qualityContract } from './quality.contract.ts'
import { runsContract } from './runs.contract.ts'
import { spendContract } from './spend.contract.ts'
import { type Backend, storeContract } from './store.contract.ts'
import { workflowsContract } from './workflows.contract.ts'

let databases = 0

function backendAt(common: Pick<StoreSettings, 'url' | 'lanes'>, prefix: string): Backend {
  const lane = (settings: StoreSettings) =>
    connect({ url: common.url, database: settings.database!, login: common.lanes.write })
  return {
    settings: (given) => ({ ...common, database: `${prefix}_${++databases}`, retentionDays: 30, ...given }),
    async run(settings, sql) {
      const connection = lane(settings)
      await connection.run(sql).finally(() => connection.close())
    },
    rows(settings, sql) {
      const connection = lane(settings)
      return connection.rows<never>(sql).finally(() => connection.close())
    },
  }
}

describe('the store on the embedded engine', () => {
  let engine: Engine
  let backend: Backend
  const dir = mkdtempSync(join(tmpdir(), 'outrider-store-'))
  beforeAll(async () => {
    engine = await startEngine({ dir })
    const lane = (username: string) => ({ username, password: engine.password })
    backend = backendAt({ url: engine.url, lanes: { write: lane('writer'), read: lane('reader') } }, 'test')
  })
  afterAll(async () => {
    await engine.close()
    rmSync(dir, { recursive: true })
  })
  storeContract(() => backend)
  runsContract(() => backend)
  qualityContract(() => backend)
  spendContract(() => backend)
  findingsContract(() => backend)
  agentsContract(() => backend)
  workflowsContract(() => backend)
})

const server = process.env.OUTRIDER_TEST_CLICKHOUSE_URL
describe.skipIf(server === undefined)('the store on a ClickHouse server', () => {
  const { protocol, host, username, password } = new URL(server ?? 'http://default@localhost')
  const login = { username: decodeURIComponent(username) || 'default', password: decodeURIComponent(password) }
  const backend = backendAt(
    { url: `${protocol}//${host}`, lanes: { write: login, read: login } },
    `test_${process.pid}`,
  )
  afterAll(async () => {
    const connection = connect({ url: `${protocol}//${host}`, database: 'default', login })
    for (let n = 1; n <= databases; n++) await connection.run(`DROP DATABASE IF EXISTS test_${process.pid}_${n}`)
    await connection.close()
  })
  storeContract(() => backend)
  runsContract(() => backend)
  qualityContract(() => backend)
  spendContract(() => backend)
  findingsContract(() => backend)
  agentsContract(() => backend)
  workflowsContract(() => backend)
})
if (server === undefined) it.skip('SKIPPED: no server to test on; set OUTRIDER_TEST_CLICKHOUSE_URL', () => {})
