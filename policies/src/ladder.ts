import { accountId, type Balance } from './account.ts'
import type { Budget, Rung } from './budget.ts'
import { type Call, PRIORITIES } from './call.ts'
import { globMatches } from './glob.ts'
import type { NanoUsd } from './money.ts'
import type { Rules } from './rule.ts'

/** A rung of one account: on or off. The caller remembers those that are on, until `until`. */
export interface RungChange {
  readonly id: string
  readonly on: boolean
  /** Milliseconds since 1970 at which nobody asks for it any more; null: never. */
  readonly until: number | null
}

/** Held plus spent, as a share of the limit. A limit of 0 is used up from the start. */
export const useOf = (limit: NanoUsd, { held, spent }: Balance): number => (limit === 0 ? 1 : (held + spent) / limit)

/** One rung of one account's ladder. */
export interface Foothold {
  readonly id: string
  readonly rung: Rung
  readonly taken: boolean
  /** Null: it is as it was. */
  readonly change: RungChange | null
}

/** Every rung of the budget at this balance. `engaged` holds the IDs of those that were taken before. */
export function climb(budget: Budget, balance: Balance, engaged: ReadonlySet<string>): readonly Foothold[] {
  const use = useOf(budget.limit, balance)
  return budget.ladder.map((rung, index) => {
    const id = `${accountId(balance)}#${index}`
    const was = engaged.has(id)
    const taken = use >= rung.at || (was && use >= rung.resume)
    return { id, rung, taken, change: taken === was ? null : { id, on: taken, until: balance.window.end } }
  })
}

/** What the rung turns the call into; null when it has nothing to say to it. */
export function degraded(rung: Rung, call: Call): Call | null {
  if (rung.do !== 'degrade' || (call.kind !== 'model' && call.kind !== 'lease')) return null
  const model = targetOf(rung.models, call.model) ?? call.model
  const maxOutputTokens =
    rung.maxOutputTokens !== null && (call.maxOutputTokens === null || call.maxOutputTokens > rung.maxOutputTokens)
      ? rung.maxOutputTokens
      : call.maxOutputTokens
  return model === call.model && maxOutputTokens === call.maxOutputTokens ? null : { ...call, model, maxOutputTokens }
}

/** Whether the rung refuses this call. */
export function refuses(rung: Rung, call: Call): boolean {
  if (rung.do === 'stop') return true
  return rung.do === 'pause' && PRIORITIES.indexOf(call.priority) > PRIORITIES.indexOf(rung.below)
}

/** Every model that ladders may turn this call to, over any number of steps. */
export function modelsBelow(call: Call, rules: Rules): ReadonlySet<string> {
  const found = new Set<string>()
  if ((call.kind !== 'model' && call.kind !== 'lease') || call.model === null) return found
  const rungs = rules.budgets.flatMap((budget) => budget.ladder)
  const open = [call.model]
  for (let model = open.pop(); model !== undefined; model = open.pop()) {
    for (const rung of rungs) {
      const next = rung.do === 'degrade' ? targetOf(rung.models, model) : undefined
      if (next === undefined || next === call.model || found.has(next)) continue
      found.add(next)
      open.push(next)
    }
  }
  return found
}

/** The name itself before globs, globs as they are written. */
function targetOf(models: Readonly<Record<string, string>>, model: string | null): string | undefined {
  if (model === null) return undefined
  if (Object.hasOwn(models, model)) return models[model]
  return Object.entries(models).find(([glob]) => globMatches(glob, model))?.[1]
}
