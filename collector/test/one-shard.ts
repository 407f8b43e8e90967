/**
 * A cluster of one shard and one host, as far as an embedded engine can be one: it is the only member of its own
 * `remote_servers`, so that `Distributed` tables, their inserts and their queries are real. It has no Keeper: on the way in,
 * `ON CLUSTER` and `Replicated…` are taken off the statements that make tables.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '../src/engine/engine.ts'

export const CLUSTER = 'here'
// the port is nobody's: an address that says it is this process
const configuration = `<clickhouse>
  <tcp_port>9000</tcp_port>
  <remote_servers><${CLUSTER}><shard>
    <internal_replication>true</internal_replication>
    <replica><host>localhost</host><port>9000</port></replica>
  </shard></${CLUSTER}></remote_servers>
</clickhouse>
`

export interface OneShard {
  readonly url: string
  readonly password: string
  /** Statements that came for the whole cluster, as they came. */
  readonly made: readonly string[]
  close(): Promise<void>
}

export async function startOneShard(): Promise<OneShard> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-shard-'))
  mkdirSync(join(dir, 'engine.d'))
  writeFileSync(join(dir, 'engine.d', 'cluster.xml'), configuration)
  const engine = await startEngine({ dir })
  const made: string[] = []
  const road = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const whole = Buffer.concat(chunks)
      const body = /^\s*(--[^\n]*\n)*\s*(CREATE|ALTER)\b/.test(whole.subarray(0, 4096).toString('latin1'))
        ? Buffer.from(alone(whole.toString('utf8'), made))
        : whole
      const { 'transfer-encoding': _chunked, ...headers } = request.headers
      const onward = ask(
        new URL(request.url ?? '/', engine.url),
        { method: request.method, headers: { ...headers, 'content-length': String(body.length) } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        },
      )
      onward.on('error', () => response.destroy())
      onward.end(body)
    })
  })
  await new Promise<void>((resolve) => road.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(road.address() as AddressInfo).port}`,
    password: engine.password,
    made,
    async close() {
      road.closeAllConnections()
      await new Promise((resolve) => road.close(resolve))
      await engine.close()
      rmSync(dir, { recursive: true })
    },
  }
}

/** The statement for the only host there is. */
function alone(sql: string, made: string[]): string {
  if (!sql.includes(`ON CLUSTER '${CLUSTER}'`)) return sql
  made.push(sql)
  const plain = sql
    .replaceAll(`ON CLUSTER '${CLUSTER}'`, '')
    .replace(/Replicated(\w+)MergeTree\('[^']*', '[^']*'(?:, )?/, '$1MergeTree(')
  // what replicated tables have without being asked
  const windowed = /\bSETTINGS\b/.test(plain) && plain !== sql.replaceAll(`ON CLUSTER '${CLUSTER}'`, '')
  return windowed ? `${plain}, non_replicated_deduplication_window = 1000` : plain
}
