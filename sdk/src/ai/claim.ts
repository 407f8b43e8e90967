/** Who tells a model call of the AI SDK: the middleware that guards it, or the observer where nobody does. Told once. */
import { type Context, context, createContextKey } from '@opentelemetry/api'

/** A call that the observer has begun to tell. */
export interface Claim {
  /** Where the call was made. */
  readonly outer: Context
  /** True once the call is guarded: then its guard tells it. */
  taken: boolean
}

const key = createContextKey('outrider.ai.claim')

export const withClaim = (claim: Claim) => context.active().setValue(key, claim)

/** How many guarded calls of each model there were: some calls of the AI SDK have no context of their own. */
const guarded = new Map<string, number>()
const MODELS = 256

export const guardedCalls = (modelId: string): number => guarded.get(modelId) ?? 0

/** Runs a guarded call where it was made, not inside what the observer began. */
export function claimed<T>(modelId: string, fn: () => T): T {
  if (guarded.size >= MODELS && !guarded.has(modelId)) guarded.clear()
  guarded.set(modelId, guardedCalls(modelId) + 1)
  const claim = context.active().getValue(key) as Claim | undefined
  if (claim === undefined || claim.taken) return fn()
  claim.taken = true
  return context.with(claim.outer, fn)
}
