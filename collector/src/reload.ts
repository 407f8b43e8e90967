/**
 * The rules again, without a gap: on request (SIGHUP) and when the configuration file changes. A file with mistakes
 * changes nothing: the old rules stay in force and the log names every line.
 */
import { stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Config, Loaded } from './config.ts'

export interface ReloadParts {
  load(): Loaded
  /** Takes the new rules and prices; what waits for a restart is as it was. */
  apply(config: Config): void
  readonly log: {
    info(fields: object, text: string): void
    warn(fields: object, text: string): void
    error(fields: object, text: string): void
  }
}

export interface Reload {
  now(): void
  /**
   * Looks at the file again and again: also one that is replaced as a whole, as editors and Kubernetes do. What was
   * changed since it was read first counts, and one that is still being written is left alone.
   */
  watch(file: string, everyMs?: number): void
  close(): void
}

/** Sections that are read again; the others wait for a restart. */
const LIVE = [
  'budgets',
  'prices',
  'unpriced',
  'runLimits',
  'gate',
  'guards',
] as const satisfies readonly (keyof Config)[]

export function createReload(first: Config, { load, apply, log }: ReloadParts): Reload {
  let current = first
  const timers: NodeJS.Timeout[] = []

  function now(): void {
    const loaded = load()
    if (!loaded.ok) {
      for (const { path, line, message } of loaded.problems) {
        log.error({ file: loaded.file, path, line }, `configuration not taken, the old rules stay in force: ${message}`)
      }
      return
    }
    const next = loaded.config
    const changed = (name: keyof Config) => !isDeepStrictEqual(current[name], next[name])
    const waits = (Object.keys(next) as (keyof Config)[]).filter((name) => {
      return !(LIVE as readonly string[]).includes(name) && changed(name)
    })
    if (waits.length > 0) log.warn({ sections: waits }, 'changes of these sections wait for a restart')
    const taken = LIVE.filter(changed)
    if (taken.length === 0) return
    const inForce = { ...current, ...Object.fromEntries(LIVE.map((name) => [name, next[name]])) }
    apply(inForce)
    current = inForce
    log.info({ sections: taken }, 'rules read again')
  }

  return {
    now,
    watch(file, everyMs = 1000) {
      let taken = ''
      let seen = ''
      const look = async () => {
        const { mtimeMs, ino, size } = await stat(file)
        const found = `${mtimeMs} ${ino} ${size}`
        if (found !== taken && found === seen) {
          taken = found
          now()
        }
        seen = found
      }
      // a file that is gone for a moment is being replaced
      timers.push(setInterval(() => void look().catch(() => {}), everyMs).unref())
    },
    close() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}
