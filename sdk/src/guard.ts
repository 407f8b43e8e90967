/** The one place where a call is asked for, clamped, watched, settled or denied. */
import type { Attributes } from '@opentelemetry/api'
import { admit, type Governor, type Pass, requireAmount, urlOf } from './admission.ts'
import { coveredOf, newSpanId } from './asking.ts'
import { attribute } from './attributes.ts'
import { DeniedError } from './denied-error.ts'
import {
  type GuardedModel,
  type GuardedModelOptions,
  type GuardedOptions,
  type GuardedTool,
  type GuardedToolOptions,
  guardedModel,
  guardedTool,
  isTool,
  openingOf,
  requestOf,
} from './guarded-call.ts'
import { type GuardedOutput, guardedOutput } from './guarded-output.ts'
import { type Ending, type Live, openSpan, quietly, runIn } from './live.ts'
import { here } from './money.ts'
import { settlementOf, type Told } from './settlement.ts'
import { state } from './state.ts'
import { reasonOf } from './switches.ts'
import type { Reason } from './wire.ts'

/**
 * Asks the gate, runs `fn` with what it allows, and settles with what `fn` tells, however that ends: returned, thrown,
 * aborted, a stream read or left. Rejects with a DeniedError where the gate says no, without running `fn`, and where a
 * switch stopped `fn`; else with what `fn` throws. Before `start` it only runs `fn`.
 */
export function guard<T>(
  call: GuardedModelOptions,
  fn: (call: GuardedModel) => T,
  settings?: BeginSettings,
): Promise<Awaited<T>>
export function guard<T>(
  call: GuardedToolOptions,
  fn: (call: GuardedTool) => T,
  settings?: BeginSettings,
): Promise<Awaited<T>>
export async function guard<T>(
  call: GuardedOptions,
  fn: (call: GuardedModel & GuardedTool) => T,
  settings?: BeginSettings,
): Promise<Awaited<T>> {
  const begun = await start(call, settings)
  try {
    return await runIn(begun.live, begun.call, (given) => begun.output.result(fn(given)) as T)
  } catch (thrown) {
    throw begun.told(thrown)
  }
}

/** A call that may go on: it was asked for, and its span is open. What begins it ends it. */
export interface Begun<C = GuardedModel> {
  /** What the provider is to be sent, and what may be told of the call. */
  readonly call: C
  /** Started inside the call's span, other instrumentations' spans are its children. */
  within<T>(fn: () => T): T
  /** Ends the span and settles with what was told; only the first one counts. Never throws. */
  end(ending: Ending): void
  /** What the application gets in place of `thrown`: the DeniedError of a switch that stopped the call, else `thrown`. */
  told(thrown: unknown): unknown
  /** What a call that is stopped for `reason` throws. */
  denied(reason: Reason): DeniedError
  /** Something that happened to the call on its way. */
  event(name: string, attributes: Attributes): void
}

export interface BeginSettings {
  /**
   * `allow`: where nobody chose `onUnavailable`, a model call that stands under no `budgetUsd` goes on without the gate,
   * rather than reject with a SettingError. @default undefined
   */
  readonly unchosen?: 'allow' | undefined
  /** False: the call is only seen; nothing is asked, held or stopped. @default true */
  readonly asks?: boolean | undefined
}

/**
 * The steps of `guard` for those who cannot put the call into one function: resolves once the gate allows it, with the
 * call's span open. `end` must be called, whatever becomes of the call. Rejects as `guard` does before it runs `fn`.
 */
export async function begin(call: GuardedModelOptions, settings: BeginSettings = {}): Promise<Begun> {
  const { live, call: admitted, told, denied } = await start(call, settings)
  const event = (name: string, attributes: Attributes) => quietly(() => live.span.addEvent(name, attributes))
  return { call: admitted, within: live.within, end: live.end, told, denied, event }
}

interface Started {
  readonly live: Live
  readonly call: GuardedModel & GuardedTool
  readonly output: GuardedOutput
  told(thrown: unknown): unknown
  denied(reason: Reason): DeniedError
}

async function start(call: GuardedOptions, { unchosen, asks = true }: BeginSettings = {}): Promise<Started> {
  for (const field of AMOUNTS) requireAmount(field, Reflect.get(call, field))
  // nobody wants it any more: nothing is asked, and there is nothing to tell
  call.signal?.throwIfAborted()
  const governor = asks ? state.governor : undefined
  const asking = governor && { governor, ...askingOf(call) }
  const pass = asking === undefined ? OPEN : await passOf(call, asking, unchosen)
  const stop = watch(asking, call.signal)
  const told: Told = {
    usage: undefined,
    costUsd: undefined,
    finishReason: undefined,
    streamedTokens: undefined,
    unused: false,
  }
  const admitted = {
    signal: stop.signal,
    verdict: pass.verdict,
    unused() {
      told.unused = true
    },
    redacted: <V>(given: V) => (pass.verdict.input ?? given) as V,
  }
  if (stop.signal.aborted) {
    pass.settle({ kind: 'unused' })
    stop.end()
    throw stop.denial(stop.signal.reason) ?? stop.signal.reason
  }
  const live = openSpan(
    () => openingOf(call, pass, asking?.ids),
    (ending) => {
      stop.end()
      pass.settle(settlementOf(ending, told, isTool(call) ? undefined : call.operation))
    },
  )
  const output = guardedOutput(
    {
      asking: asking && { governor: asking.governor, place: { ...asking.place, spanId: asking.ids.spanId } },
      skipped: () => quietly(() => live.span.setAttribute(attribute.guardSkipped, true)),
    },
    {
      mode: state.content,
      direction: isTool(call) ? 'tool' : 'output',
      wanted: pass.verdict.guard !== undefined || (!isTool(call) && call.schema !== undefined),
      ...(isTool(call) || call.schema === undefined ? {} : { schema: call.schema }),
    },
  )
  const given = isTool(call)
    ? guardedTool(live, admitted, told)
    : guardedModel(live, call, pass, admitted, told, output)
  return {
    live,
    call: given as GuardedModel & GuardedTool,
    output,
    // what the provider's client makes of our abort is its own word; the application is told why
    told: (thrown) => stop.denial(thrown) ?? thrown,
    denied: (reason) =>
      new DeniedError([reason], asking === undefined ? '' : urlOf(asking.governor, asking.ids.traceId)),
  }
}

/** Where the call stands, under what its span will be called, and which switches cover it. */
function askingOf(call: GuardedOptions) {
  const { place, agents, purse } = here()
  const names = isTool(call) ? { tools: [call.tool] } : { models: [call.model] }
  const ids = { traceId: place.traceId, spanId: newSpanId() }
  return { place, purse, ids, covered: coveredOf(place, agents, names) }
}

type Asking = ReturnType<typeof askingOf> & { readonly governor: Governor }

async function passOf(
  call: GuardedOptions,
  { governor, place, purse, ids, covered }: Asking,
  unchosen: 'allow' | undefined,
): Promise<Pass> {
  const parentHoldId = await purse
  const asked = {
    ...requestOf(call, place, state.content),
    spanId: ids.spanId,
    ...(parentHoldId && { parentHoldId }),
  }
  return await admit(governor, asked, covered, { unchosen, signal: call.signal, approval: call.approval })
}

const AMOUNTS = ['maxOutputTokens', 'inputTokens', 'estimateUsd'] as const

/** Before the first start: nobody is asked, and nobody can stop anything. */
const OPEN: Pass = {
  verdict: { decision: 'allow', holdId: null, heldUsd: 0, expiresAt: null, reasons: [] },
  holdId: undefined,
  settle: () => {},
}

function watch(asking: Asking | undefined, outside: AbortSignal | undefined) {
  // nobody but the application can stop it
  if (asking === undefined)
    return { signal: outside ?? new AbortController().signal, end() {}, denial: () => undefined }
  const {
    governor,
    covered,
    ids: { traceId },
  } = asking
  const stopper = new AbortController()
  const end = governor.closed
    ? () => {}
    : governor.switches.watch(covered, (stop) =>
        stopper.abort(new DeniedError([reasonOf(stop)], urlOf(governor, traceId))),
      )
  return {
    signal: outside === undefined ? stopper.signal : AbortSignal.any([stopper.signal, outside]),
    end,
    /** The denial of a switch that stopped the work, which threw `cause`. */
    denial(cause: unknown): DeniedError | undefined {
      if (!stopper.signal.aborted) return undefined
      if (cause instanceof DeniedError) return cause
      return new DeniedError((stopper.signal.reason as DeniedError).reasons, urlOf(governor, traceId), cause)
    },
  }
}
