/** The vaults of the runs that go on. Values are in memory only, and forgotten when a run falls silent. */
import { createVault, type Direction, type Vault } from '@outrider/policies/guards'

export interface RunOfTenant {
  /** Null where nobody named one. */
  readonly tenant: string | null
  /** Trace ID; null where nobody named one. */
  readonly run: string | null
}

export interface Vaults {
  /** Hides what goes into models (`input`, `tool`), or what models wrote themselves (`output`). */
  hiding(of: RunOfTenant, direction: Direction): Vault
  /** Gives back in a model's answer what was hidden on its way in; null where nothing was. Never what others hid. */
  restoring(of: RunOfTenant): Vault | null
  /** Forgets what was not used for a while. */
  sweep(): void
}

export interface VaultsSettings {
  /** Secret of this collector: with it the same value has the same token after a restart, too. */
  readonly key: string
  /** Runs at most; the one that was silent the longest goes first. @default 10_000 */
  readonly runs?: number
  /** @default an hour */
  readonly idleMs?: number
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/** The same wherever it is made: in the thread that reads long texts, too. What a model wrote itself has one of its own. */
export function openVault(key: string, { tenant, run }: RunOfTenant, direction: Direction): Vault {
  return createVault({ key, tenant: tenant ?? '', run: `${run ?? ''}${direction === 'output' ? ' output' : ''}` })
}

export function createVaults({ key, runs = 10_000, idleMs = 3_600_000, now = Date.now }: VaultsSettings): Vaults {
  /** Oldest use first. */
  const kept = new Map<string, { readonly vault: Vault; usedAt: number }>()

  /** What a model wrote itself is not given back in the same breath. */
  const nameOf = ({ tenant, run }: RunOfTenant, own: boolean) => JSON.stringify([tenant, run, own])

  function use(name: string): Vault | null {
    const one = kept.get(name)
    if (one === undefined) return null
    kept.delete(name)
    kept.set(name, { ...one, usedAt: now() })
    return one.vault
  }

  return {
    hiding(of, direction) {
      const own = direction === 'output'
      const name = nameOf(of, own)
      const before = use(name)
      if (before !== null) return before
      const vault = openVault(key, of, direction)
      // texts of no run share nothing: each is hidden for good
      if (of.run === null) return vault
      kept.set(name, { vault, usedAt: now() })
      if (kept.size > runs) kept.delete(kept.keys().next().value as string)
      return vault
    },
    restoring: (of) => (of.run === null ? null : use(nameOf(of, false))),
    sweep() {
      for (const [name, { usedAt }] of kept) {
        if (now() - usedAt < idleMs) return
        kept.delete(name)
      }
    },
  }
}
