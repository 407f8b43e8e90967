import type { Call } from './call.ts'
import type { Facts } from './facts.ts'
import type { Rules } from './rule.ts'

/** What the provider is told: what was asked for, or the default, never more than the model can. */
export function withOutputLimit(call: Call, rules: Rules, { maxOutput }: Pick<Facts, 'maxOutput'>): Call {
  if (call.kind !== 'model') return call
  const most = (call.model === null ? null : maxOutput(call.provider, call.model)) ?? Infinity
  return { ...call, maxOutputTokens: Math.min(call.maxOutputTokens ?? rules.defaults.maxOutputTokens, most) }
}

/** Whether turning the call to that is worth it: not without both prices, and never to something as dear. */
export function isCheaper(to: Call, from: Call, facts: Pick<Facts, 'price'>): boolean {
  const next = weight(to, facts)
  const now = weight(from, facts)
  return next !== undefined && now !== undefined && next < now
}

/** All that is offered, at once: the shortest output on the cheapest of the models, whatever the order of the rules. */
export function cheapest(offers: readonly Call[], facts: Pick<Facts, 'price'>): Call | null {
  const limits = offers.map((call) => call.maxOutputTokens).filter((limit) => limit !== null)
  const maxOutputTokens = limits.length === 0 ? null : Math.min(...limits)
  return offers
    .map((call) => ({ ...call, maxOutputTokens }))
    .reduce<Call | null>((best, call) => {
      if (best === null) return call
      const difference = weight(call, facts)! - weight(best, facts)!
      return difference < 0 || (difference === 0 && call.model! < best.model!) ? call : best
    }, null)
}

/** How dear a call is beside another one; `undefined` without a price. What runs under a lease is not known yet. */
function weight(call: Call, { price }: Pick<Facts, 'price'>): number | undefined {
  if (call.model === null) return undefined
  return call.kind === 'lease'
    ? price(call.provider, call.model, LEASE_SAMPLE, Math.min(call.maxOutputTokens ?? LEASE_SAMPLE, LEASE_SAMPLE))
    : price(call.provider, call.model, call.inputTokens, call.maxOutputTokens ?? 0)
}

/** Tokens in and out by which the models of a lease are compared. */
const LEASE_SAMPLE = 1000
