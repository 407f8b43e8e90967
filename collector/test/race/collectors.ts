/** Collectors for a race: the real process on a port of its own, which is killed and comes back where it was. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aDataDir, type Running, startCollector } from '../collector.ts'
import { budgets, nanoOf } from './gate.ts'

export interface Collectors {
  /** Those that are there now. */
  readonly urls: () => readonly string[]
  /** Process IDs of those that are there now. */
  readonly pids: () => readonly number[]
  /** `kill -9`, then the same again on the same data. */
  kill(index?: number): Promise<void>
  stop(): Promise<void>
}

export async function startCollectors(
  count: number,
  config: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Collectors> {
  const { dir, remove } = aDataDir()
  const file = join(dir, 'outrider.yaml')
  writeFileSync(file, config)
  const start = (index: number) => {
    const home = join(dir, `data-${index}`)
    mkdirSync(home, { recursive: true })
    return startCollector({ OUTRIDER_DATA_DIR: home, OUTRIDER_CONFIG: file, ...env })
  }
  const running: (Running | null)[] = []
  const stop = async () => {
    await Promise.all(running.map((collector) => collector?.stop('SIGKILL')))
    remove()
  }
  try {
    for (let index = 0; index < count; index++) running.push(await start(index))
  } catch (cause) {
    await stop()
    throw cause
  }
  return {
    urls: () => running.flatMap((collector) => (collector === null ? [] : [collector.url])),
    pids: () => running.flatMap((collector) => (collector === null ? [] : [collector.child.pid!])),
    async kill(index = 0) {
      const dead = running[index]!
      running[index] = null
      await dead?.stop('SIGKILL')
      running[index] = await start(index)
    },
    stop,
  }
}

/** What the ledger shows, by `budget key`, in nano-dollars. */
export async function shown(url: string): Promise<ReadonlyMap<string, Shown>> {
  const all = await budgets(url)
  return new Map(
    all.map(({ name, key, limitUsd, spentUsd, heldUsd, unbackedUsd, uncertainUsd }) => [
      `${name} ${key}`,
      {
        limit: nanoOf(limitUsd),
        spent: nanoOf(spentUsd),
        held: nanoOf(heldUsd),
        unbacked: nanoOf(unbackedUsd),
        uncertain: nanoOf(uncertainUsd),
      },
    ]),
  )
}

export interface Shown {
  readonly limit: number
  readonly spent: number
  readonly held: number
  readonly unbacked: number
  readonly uncertain: number
}

/** Asks until the answer is so: for what the collector does in its own time. */
export async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    await new Promise((resolve) => setImmediate(resolve))
  }
}
