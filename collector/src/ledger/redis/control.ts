/** The switches and rules of all collectors on one Redis: a copy here, read again whenever anything says that it is old. */
import { type Switch, standing } from '@outrider/policies'
import type { AuditEntry, SwitchChange } from '../ledger.ts'
import { keyOf } from '../record.ts'
import type { Redis, Reply } from './connect.ts'

export type Control = ReturnType<typeof createControl>

type Target = Pick<Switch, 'scope' | 'name' | 'tenantId'>
const fieldOf = ({ scope, name, tenantId }: Target) => keyOf(keyOf(scope, tenantId ?? ''), name)

export function createControl(redis: Pick<Redis, 'run'>) {
  let version = ''
  let switches = new Map<string, string>()
  let rules = new Map<string, string>()
  const switchListeners = new Set<(change: SwitchChange) => void>()
  const ruleListeners = new Set<() => void>()
  let reading: Promise<void> | undefined
  let next: Promise<void> | undefined

  const read = async () => {
    const [newest, stops, texts] = (await redis.run('control', {})) as [string, string[], string[]]
    if (newest === version) return
    const [switchesBefore, rulesBefore] = [switches, rules]
    version = newest
    switches = pairs(stops)
    rules = pairs(texts)
    for (const [field, body] of switches) {
      if (switchesBefore.get(field) !== body) tell({ ...(JSON.parse(body) as Switch), freed: false })
    }
    for (const [field, body] of switchesBefore) {
      if (!switches.has(field)) tell({ ...(JSON.parse(body) as Switch), freed: true })
    }
    const same = rules.size === rulesBefore.size && [...rules].every(([name, body]) => rulesBefore.get(name) === body)
    if (!same) for (const listener of ruleListeners) listener()
  }
  const tell = (change: SwitchChange) => {
    for (const listener of switchListeners) listener(change)
  }
  /** Reads again, after whatever is being read now: that may be older than what the caller knows of. */
  const refresh = (): Promise<void> => {
    if (reading === undefined) {
      reading = read().finally(() => {
        reading = undefined
      })
      return reading
    }
    next ??= reading
      .catch(() => {})
      .then(() => {
        next = undefined
        return refresh()
      })
    return next
  }

  const swap = async (field: string, before: string, after: Switch | undefined, entry: AuditEntry) => {
    const text = after === undefined ? '' : JSON.stringify(after)
    const said = await redis.run('swap', { set: 'switches', field, before, after: text, audit: JSON.stringify(entry) })
    await refresh()
    return said === 'done'
  }
  const at = (target: Target): Switch | undefined => {
    const body = switches.get(fieldOf(target))
    return body === undefined ? undefined : (JSON.parse(body) as Switch)
  }

  return {
    refresh,
    version: () => version,
    switches: (): readonly Switch[] => [...switches.values()].map((body) => JSON.parse(body) as Switch),
    rules: (): ReadonlyMap<string, string> => rules,
    /** Until nobody else came between: what stands then. */
    async set(change: Switch, now: () => number): Promise<Switch> {
      for (;;) {
        const before = at(change)
        const stands = standing(before, change)
        if (stands === before) return before
        const entry = {
          ...{ at: now(), by: change.by, reason: change.reason, action: `switch.${stands.state}` },
          ...{ target: `${change.scope}/${change.name}`, before: before ?? null, after: stands },
        }
        const field = fieldOf(change)
        if (await swap(field, switches.get(field) ?? '', stands, entry)) return stands
      }
    },
    /** Frees what `may` is true of; whether it did. */
    async free(
      target: Target,
      who: Pick<AuditEntry, 'at' | 'by' | 'reason'>,
      may: (stop: Switch) => boolean,
    ): Promise<boolean> {
      for (;;) {
        const before = at(target)
        if (before === undefined || !may(before)) return false
        const entry = { ...who, action: 'switch.freed', target: `${target.scope}/${target.name}`, before, after: null }
        const field = fieldOf(target)
        if (await swap(field, switches.get(field)!, undefined, entry)) return true
      }
    },
    async setRule(field: string, json: string | null, entry: AuditEntry): Promise<void> {
      await redis.run('swap', { set: 'rules', field, after: json ?? '', audit: JSON.stringify(entry) })
      await refresh()
    },
    onSwitch(listener: (change: SwitchChange) => void) {
      switchListeners.add(listener)
      return () => void switchListeners.delete(listener)
    },
    onRules(listener: () => void) {
      ruleListeners.add(listener)
      return () => void ruleListeners.delete(listener)
    },
  }
}

/** What `HGETALL` says inside a script: fields and values, one after the other. */
export const pairs = (flat: readonly Reply[]): Map<string, string> =>
  new Map(flat.flatMap((field, i) => (i % 2 === 0 ? [[field as string, flat[i + 1] as string]] : [])))
