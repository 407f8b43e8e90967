/**
 * The rules again, without a gap: on request (SIGHUP) and when the configuration file changes. A file with mistakes
 * changes nothing: the old rules stay in force and the log names every line.
 */
import { unwatchFile, watchFile } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Config, Loaded } from './config.ts'

export interface ReloadParts {
  load(): Loaded
  /** Takes the new rules and prices. */
  apply(config: Config): void
  readonly log: {
    info(fields: object, text: string): void
    warn(fields: object, text: string): void
    error(fields: object, text: string): void
  }
}

export interface Reload {
  now(): void
  /** Looks at the file again and again: also one that is replaced as a whole, as editors and Kubernetes do. */
  watch(file: string, everyMs?: number): void
  close(): void
}

/** Sections that are read again; the others wait for a restart. */
const LIVE = ['budgets', 'prices', 'unpriced', 'runLimits', 'gate'] as const satisfies readonly (keyof Config)[]

export function createReload(first: Config, { load, apply, log }: ReloadParts): Reload {
  let current = first
  const watched: string[] = []

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
    apply(next)
    current = { ...current, ...Object.fromEntries(LIVE.map((name) => [name, next[name]])) }
    log.info({ sections: taken }, 'rules read again')
  }

  return {
    now,
    watch(file, everyMs = 1000) {
      watched.push(file)
      watchFile(file, { interval: everyMs, persistent: false }, (after, before) => {
        // a file that is gone for a moment is being replaced
        if (after.mtimeMs !== 0 && (after.mtimeMs !== before.mtimeMs || after.ino !== before.ino)) now()
      })
    },
    close() {
      for (const file of watched) unwatchFile(file)
    },
  }
}
