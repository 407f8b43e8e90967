/**
 * The rules in force: those of the file, with what people changed at run time before them. One frozen snapshot a
 * decision; a new one is made when the file or a change says so, or when a temporary extension is over.
 */
import { createHash } from 'node:crypto'
import { type Budget, nanoFromUsd, type Rules, withDefaultLimits } from '@outrider/policies'
import { z } from 'zod'
import { budgetSchema, type RuleSettings } from '../rules.ts'

/** A change at run time: a budget of its own (`rule`), or another limit for one of the file. */
export interface Edit {
  /** As in the file, with its name. Null: only the limit changes. */
  readonly rule: Readonly<Record<string, unknown>> | null
  readonly limitUsd: number | null
  /** Milliseconds since 1970 at which the limit falls back; null: it stays. */
  readonly until: number | null
}

const editSchema = z.object({
  rule: z.record(z.string(), z.unknown()).nullable(),
  limitUsd: z.number().min(0).nullable(),
  until: z.number().nullable(),
})

export interface Rulebook {
  /** Frozen; the same object until something changes. */
  at(now: number): Rules
  /** What stands in the place of the file's word on this budget. */
  edit(name: string): Edit | undefined
  /** Takes the file's new rules. */
  reload(settings: RuleSettings): void
  /** Takes what is changed at run time, by name, as the ledger keeps it. */
  edited(edits: ReadonlyMap<string, string>): void
  onChange(listener: (rules: Rules) => void): () => void
}

export function createRulebook(initial: RuleSettings, now: () => number): Rulebook {
  let settings = initial
  let edits: ReadonlyMap<string, Edit> = new Map()
  let current: { readonly rules: Rules; readonly until: number } | null = null
  const listeners = new Set<(rules: Rules) => void>()

  function at(time: number): Rules {
    if (current !== null && time < current.until) return current.rules
    const before = current?.rules
    current = { rules: rulesOf(settings, edits, time), until: nextEnd(edits, time) }
    const { rules } = current
    if (before !== undefined && before.version !== rules.version) for (const listener of listeners) listener(rules)
    return rules
  }

  function renew(): void {
    if (current === null) return
    current = { ...current, until: 0 }
    at(now())
  }

  return {
    at,
    edit: (name) => edits.get(name),
    reload(next) {
      settings = next
      renew()
    },
    edited(texts) {
      edits = new Map([...texts].flatMap(([name, text]) => readEdit(name, text)))
      renew()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What an older or newer version wrote and this one can not read is left out: the file's word stands. */
function readEdit(name: string, text: string): readonly (readonly [string, Edit])[] {
  const parsed = editSchema.safeParse(JSON.parse(text))
  return parsed.success ? [[name, parsed.data] as const] : []
}

function nextEnd(edits: ReadonlyMap<string, Edit>, now: number): number {
  return Math.min(
    ...[...edits.values()].flatMap(({ until }) => (until !== null && until > now ? [until] : [])),
    Infinity,
  )
}

function rulesOf(settings: RuleSettings, edits: ReadonlyMap<string, Edit>, now: number): Rules {
  const own = [...edits].flatMap(([name, { rule }]) => {
    const parsed = rule === null ? undefined : budgetSchema.safeParse({ ...rule, name })
    return parsed?.success ? [parsed.data] : []
  })
  const named = new Set(own.map(({ name }) => name))
  const budgets = [...settings.budgets.filter(({ name }) => !named.has(name)), ...own].map((budget) => {
    return withLimit(budget, edits.get(budget.name), now)
  })
  const { maxOutputTokens, holdSeconds } = settings.gate
  const holdMs = {
    model: holdSeconds.model * 1000,
    tool: holdSeconds.tool * 1000,
    agent: holdSeconds.agent * 1000,
    lease: holdSeconds.lease * 1000,
  }
  const rules = {
    budgets,
    runLimits: withDefaultLimits(settings.runLimits),
    approvals: settings.approvals.require,
    unpriced: settings.unpriced,
    defaults: { maxOutputTokens, holdMs },
  }
  const version = createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 12)
  return Object.freeze({ version, ...rules })
}

function withLimit(budget: Budget, edit: Edit | undefined, now: number): Budget {
  if (edit === undefined || edit.limitUsd === null || (edit.until !== null && edit.until <= now)) return budget
  const limit = nanoFromUsd(edit.limitUsd)
  return limit === undefined ? budget : { ...budget, limit }
}
