/**
 * The process that holds the embedded engine. It knows one data directory and one listening socket, both given by its
 * parent; it refuses to outlive the parent.
 */
import { readFile, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAccess } from './access.ts'
import { loadAddon, openChdb } from './chdb.ts'
import { createGate, visitorLimits } from './gate.ts'
import { createLane, type Lane, type LaneSettings } from './lane.ts'
import { createEngineServer } from './server.ts'
import { serverConfig } from './server-config.ts'
import { createSpool } from './spool.ts'
import { literal } from './statement.ts'
import { readVocabulary, type Vocabulary } from './vocabulary.ts'

/** Parent to child, first. After it only the word `stop`. */
export interface Order {
  readonly directory: string
  readonly password: string
  readonly memoryBytes: number
  /** File descriptor of the bound socket. */
  readonly socket: number
}

/** Child to parent, once. */
export type Report = { readonly ready: true } | { readonly failed: 'missing' | 'open'; readonly message: string }

const base = {
  max_execution_time: 30,
  output_format_json_quote_64bit_integers: 1,
  use_query_condition_cache: 1,
  do_not_merge_across_partitions_select_final: 1,
  // filters that an index serves are on the key, where all rows of a span agree: what is skipped holds no later word on it
  use_skip_indexes_if_final_exact_mode: 0,
  // results are held in memory before they are sent
  max_result_bytes: 512 * 1024 * 1024,
}
const lanes: Readonly<Record<string, LaneSettings & { readonly graceMs: number }>> = {
  writer: { width: 1, settings: base, graceMs: 5000 },
  // readonly=2: reads, with settings of their own
  reader: { width: 2, settings: { ...base, readonly: 2 }, graceMs: 0 },
  alerts: { width: 1, settings: { ...base, readonly: 2 }, graceMs: 0 },
  // statements of others; behind the gate, which makes it read-only once it has prepared the connection
  visitor: { width: 2, settings: { ...base, ...visitorLimits }, graceMs: 0 },
}
/** A statement this far past its own limit will never answer: its thread has died or hangs. */
const hopelessMs = 30_000

/** Merges can wait, an agent that asks the gate can not: against a busy collector the engine gets a quarter of a processor. */
const NICENESS = 5

makeWay()
process.once('message', (order: Order) => void serve(order))
// the terminal and the service manager tell the parent, which drains first and then says so here
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {})
// a normal exit would wait for running statements; what is acknowledged is on disk already
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

/** Before any thread of the engine is there: each inherits it. Where the system does not let us, all stay equal. */
function makeWay(): void {
  try {
    setPriority(Math.min(19, getPriority() + NICENESS))
  } catch {
    // no such system or right
  }
}

async function serve(order: Order): Promise<void> {
  const report = (message: Report) => process.send?.(message)
  let addon: ReturnType<typeof loadAddon>
  try {
    addon = loadAddon()
  } catch (error) {
    report({ failed: 'missing', message: String(error) })
    return
  }
  try {
    // paths of the configuration and the spool are relative: no name of a directory is ever quoted
    process.chdir(order.directory)
    const config = serverConfig(order.memoryBytes)
    // unchanged, it is not written: a full disk must not keep the engine from opening
    if ((await readFile('engine.xml', 'utf8').catch(() => '')) !== config) {
      await writeFile('engine.xml', config, { mode: 0o600 })
    }
    const spool = await createSpool('spool')
    const chdb = openChdb(addon, join(order.directory, 'data'), ['--config-file=engine.xml'])
    const control = chdb.connect({})
    let turn: Promise<unknown> = Promise.resolve()
    const ask = (sql: string) => {
      const answer = turn.then(() => control.query(sql, 'TabSeparated'))
      turn = answer.catch(() => {})
      return answer
    }
    // never SYNC: that does not return
    const kill = (tag: string) => {
      ask(`KILL QUERY WHERE startsWith(Settings['log_comment'], ${literal(tag)}) ASYNC`).catch(() => {})
    }
    let words: Promise<Vocabulary> | undefined
    const gate = createGate(() => {
      words ??= readVocabulary(async (sql) => (await ask(sql)).bytes.toString('utf8'))
      return words
    })
    // both visitors together leave half of the memory to whoever writes
    const share = { max_memory_usage: Math.floor(order.memoryBytes / 4) }
    const laneOf = (user: string, lane: LaneSettings) =>
      createLane(chdb, kill, user === 'visitor' ? { ...lane, settings: { ...lane.settings, ...share }, gate } : lane)
    const open = new Map(Object.entries(lanes).map(([user, lane]) => [user, laneOf(user, lane)]))
    const healthy = async () => {
      for (const [user, lane] of open) {
        if (lane.overdueMs(Date.now()) > hopelessMs) throw new Error(`lane ${user} hangs`)
      }
      await ask('SELECT 1')
    }
    const [timezone = '', version = ''] = (await ask('SELECT timezone(), version()')).bytes
      .toString()
      .trim()
      .split('\t')
    const access = createAccess([...open.keys()], order.password)
    const server = createEngineServer({
      access,
      lanes: open,
      spool,
      healthy,
      about: async () => ({ timezone, version }),
    })
    process.once('message', () => void stop(server, open))
    server.listen({ fd: order.socket }, () => report({ ready: true }))
  } catch (error) {
    report({ failed: 'open', message: String(error) })
  }
}

async function stop(server: Server, open: ReadonlyMap<string, Lane>): Promise<void> {
  const answered = new Promise<void>((resolve) => server.close(() => resolve()))
  await Promise.all([...open].map(([user, lane]) => lane.close(lanes[user]?.graceMs ?? 0)))
  // the answers are written; a client that does not read its answer is not waited for
  await Promise.race([answered, sleep(1000)])
  // nothing runs and all that was acknowledged is in files; the library's own end, in a normal exit, hangs now and then
  process.kill(process.pid, 'SIGKILL')
}
