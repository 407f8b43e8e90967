/** The money of a run or agent: its cap or its slice, and the signal that stops what it pays for. */
import { type Attributes, isSpanContextValid, type Span } from '@opentelemetry/api'
import { ask, type Governor, goesOn, requireAmount, urlOf } from './admission.ts'
import { coveredOf, newTraceId, type Place, placeOf } from './asking.ts'
import { DeniedError } from './denied-error.ts'
import type { Money } from './scope.ts'
import { state } from './state.ts'
import { reasonOf } from './switches.ts'

export interface Budgeted {
  readonly span: Span
  readonly stamp: Attributes
  /** Name of the agent; a run has none. */
  readonly agent: string | undefined
  /** Inside of another run or agent it is a part of that one's money; else the run's cap. */
  readonly budgetUsd: number | undefined
}

export function openMoney({ span, stamp, agent, budgetUsd }: Budgeted, outer: Money | undefined): Money {
  const governor = state.governor?.closed ? undefined : state.governor
  const context = span.spanContext()
  const traced = isSpanContextValid(context) ? context : undefined
  const traceId = traced?.traceId ?? outer?.traceId ?? newTraceId()
  const agents = [...(outer?.agents ?? []), ...(agent === undefined ? [] : [agent])]
  const isRoot = outer === undefined && agent === undefined
  const runBudgetUsd = isRoot ? budgetUsd : outer?.runBudgetUsd
  const place = () => placeOf(stamp, { traceId, agents, runBudgetUsd }, traced?.spanId)
  const slice =
    governor === undefined || isRoot || budgetUsd === undefined
      ? undefined
      : lend(governor, { ...place(), ...(traced && { spanId: traced.spanId }) }, budgetUsd, outer?.purse)
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
        governor?.switches.watch(coveredOf(place(), agents), (stop) =>
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
