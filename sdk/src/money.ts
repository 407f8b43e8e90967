/** The money of a run or agent: its cap or its slice, and the signal that stops what it pays for. */
import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import { ask, type Governor, goesOn, requireAmount, urlOf } from './admission.ts'
import { coveredOf, newTraceId, type Place, placeOf } from './asking.ts'
import { DeniedError } from './denied-error.ts'
import { activeScope, type Money, type Scope } from './scope.ts'
import { state } from './state.ts'
import { reasonOf } from './switches.ts'

/** The scope's money, made at the first use and kept. */
export function moneyOf(scope: Scope): Money {
  scope.money ??= open(scope, scope.outer && moneyOf(scope.outer))
  return scope.money
}

function open({ span, stamp, title, budgetUsd }: Scope, outer: Money | undefined): Money {
  const governor = state.governor?.closed ? undefined : state.governor
  const own = span.spanContext()
  const traced = isSpanContextValid(own) ? own : undefined
  const traceId = traced?.traceId ?? outer?.traceId ?? newTraceId()
  const agents = [...(outer?.agents ?? []), ...(title === undefined ? [] : [title])]
  const isRoot = outer === undefined && title === undefined
  const runBudgetUsd = isRoot ? budgetUsd : outer?.runBudgetUsd
  const place = placeOf(stamp, { traceId, agents, runBudgetUsd }, traced?.spanId)
  const slice =
    governor === undefined || isRoot || budgetUsd === undefined
      ? undefined
      : lend(governor, { ...place, ...(traced && { spanId: traced.spanId }) }, budgetUsd, outer?.purse)
  let controller: AbortController | undefined
  let unwatch = () => {}

  return {
    traceId,
    agents,
    runBudgetUsd,
    purse: slice?.purse ?? outer?.purse,
    signal() {
      if (controller !== undefined) return controller.signal
      const made = new AbortController()
      controller = made
      unwatch =
        governor?.switches.watch(coveredOf(place, agents), (stop) =>
          made.abort(new DeniedError([reasonOf(stop)], urlOf(governor, traceId))),
        ) ?? unwatch
      return made.signal
    },
    killed: () => controller?.signal.aborted === true,
    end() {
      unwatch()
      slice?.giveBack()
      if (outer === undefined) governor?.leases?.endRun(traceId)
    },
  }
}

export interface Here {
  /** A new question from here. */
  readonly place: Place
  readonly agents: readonly string[]
  readonly purse: Money['purse']
}

/** Outside of every run, each question is a run of its own. */
export function here(): Here {
  const scope = activeScope()
  const money = scope && moneyOf(scope)
  const span = trace.getSpan(context.active())?.spanContext()
  const traced = span !== undefined && isSpanContextValid(span) ? span : undefined
  const traceId = traced?.traceId ?? money?.traceId ?? newTraceId()
  const place = placeOf(scope?.stamp ?? {}, { ...money, traceId }, traced?.spanId)
  return { place, agents: money?.agents ?? [], purse: money?.purse }
}

interface Slice {
  /** Resolves with the hold that calls inside draw on; none where the gate is away and that is allowed. */
  readonly purse: Promise<string | undefined>
  giveBack(): void
}

/** Sets money aside at once, without holding up the agent: its first call waits for it, or meets the denial. */
function lend(governor: Governor, place: Place, budgetUsd: number, outer: Money['purse']): Slice {
  let held: string | undefined
  const purse = (async () => {
    requireAmount('budgetUsd', budgetUsd)
    const parentHoldId = await outer
    const request = { ...place, kind: 'agent', estimateUsd: budgetUsd, ...(parentHoldId && { parentHoldId }) } as const
    const verdict = await ask(governor, request)
    if (!goesOn(verdict)) throw new DeniedError(verdict.reasons, urlOf(governor, place.traceId))
    held = verdict.holdId ?? undefined
    return held ?? parentHoldId
  })()
  purse.catch(() => {})
  return {
    purse,
    giveBack() {
      const { client } = governor
      const before = client.settled()
      const release = async () => {
        await before
        if (held !== undefined) await client.release(held)
      }
      // an agent may end before its money was set aside: then nobody waits for that
      if (held === undefined) client.during(purse.catch(() => {}).then(release), false)
      else client.during(release(), true)
    },
  }
}
