/** What the ledger alone takes a second, each answer on the disk, beside what the disk takes in the same minute. */
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startDirectWriter } from '../src/ledger/direct-writer.ts'
import { aClaim, aHold, nano } from '../src/ledger/fixture.ts'
import { openJournal } from '../src/ledger/journal.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { openRedisLedger } from '../src/ledger/redis/open.ts'
import { findRedis, startRedis } from '../src/ledger/redis-server.ts'
import { atLeast, type Figure, fixed, percentile, plain, type Section } from './figure.ts'
import { syncs } from './fsync.ts'

export interface LedgerSettings {
  readonly dir: string
  /** How long each number of callers asks. */
  readonly seconds: number
}

const CALLERS = [1, 50, 200]
const claims = [
  aClaim('all-day', { limit: 2 ** 50 }),
  aClaim('run-cap', { limit: 2 ** 50 }),
  aClaim('each-agent', { limit: 2 ** 50, window: { start: 0, end: null, rollingMs: 86_400_000 } }),
]

export async function benchLedger({ dir, seconds }: LedgerSettings): Promise<Section> {
  mkdirSync(join(dir, 'ledger'), { recursive: true })
  const figures: Figure[] = []
  const file = join(dir, 'ledger', 'thread.sqlite')
  const thread = await openJournal({ file })
  const held = await rounds(thread, dir, seconds, 'its thread', figures)
  figures.push(plain('µs to look up an ID that nobody asked for', fixed(await lookup(thread))))
  await thread.close()
  figures.push(plain('bytes in the file a settled hold', fixed(statSync(file).size / held)))

  const direct = await openJournal({ file: join(dir, 'ledger', 'direct.sqlite'), startWriter: startDirectWriter })
  await rounds(direct, dir, seconds, 'no thread', figures)
  await direct.close()

  if (findRedis()) {
    const server = await startRedis('always')
    const redis = await openRedisLedger({ url: server.url })
    await rounds(redis, dir, seconds, 'Redis, appendfsync always', figures)
    await redis.close()
    await server.stop()
  }
  return { title: 'The ledger alone: hold, then settle, on three accounts', figures }
}

async function rounds(ledger: Ledger, dir: string, seconds: number, name: string, figures: Figure[]): Promise<number> {
  let held = 0
  for (const callers of CALLERS) {
    const disk = await syncs(dir, Math.min(1, seconds))
    const { times, rate, late } = await race(ledger, callers, seconds, `${name}-${callers}`)
    held += times.length
    const what = `${name}, ${callers} caller${callers === 1 ? '' : 's'}`
    const raw = `${fixed(percentile(disk, 50))} and ${fixed(percentile(disk, 99))}`
    const mine = `${fixed(percentile(times, 50))} and ${fixed(percentile(times, 99))}`
    figures.push(
      name === 'its thread' && callers === 50
        ? atLeast(`${what}: holds/s`, rate, 3000, '')
        : plain(`${what}: holds/s`, fixed(rate)),
      plain(`… a hold’s p50 and p99, ms; raw fsync’s`, `${mine}; ${raw}`),
      plain('… event loop held at most, ms', fixed(late)),
    )
  }
  return held
}

/** Each caller holds, settles, and begins again. */
async function race(ledger: Ledger, callers: number, seconds: number, name: string) {
  const times: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  const until = began + seconds * 1000
  let n = 0
  const caller = async () => {
    while (performance.now() < until) {
      n += 1
      const id = `${name}-${n}`
      const spanId = n.toString(16).padStart(16, '0')
      const traceId = Math.ceil(n / 20)
        .toString(16)
        .padStart(32, '0')
      const asked = performance.now()
      const verdict = await ledger.hold(
        aHold({ id, traceId, spanId, agent: 'refunds', amount: 1000, claims, expiresAt: Date.now() + 60_000 }),
      )
      times.push(performance.now() - asked)
      if (verdict.kind !== 'held') throw new Error(`the ledger answered ${verdict.kind}`)
      await ledger.settle(null, id, nano(700))
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  delay.disable()
  return { times, rate: times.length / ((performance.now() - began) / 1000), late: Math.max(0, delay.max / 1e6 - 1) }
}

async function lookup(ledger: Ledger): Promise<number> {
  const count = 10_000
  const began = performance.now()
  for (let n = 0; n < count; n++) await ledger.recall(null, `nobody-${n}`, '')
  return ((performance.now() - began) * 1000) / count
}
