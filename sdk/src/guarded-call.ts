/** What is asked for a guarded call, how its span begins, and what its function is given. */
import type { Pass } from './admission.ts'
import { type Place, present } from './asking.ts'
import { attribute } from './attributes.ts'
import { boundOf } from './bound.ts'
import {
  type ModelCall,
  type ModelOptions,
  modelCallOf,
  modelOpening,
  type ToolOptions,
  toolOf,
  toolOpening,
} from './call.ts'
import { amount, name } from './facts.ts'
import type { StreamKind } from './guard-client.ts'
import type { GuardStream } from './guard-stream.ts'
import type { GuardedOutput } from './guarded-output.ts'
import type { Live, Opening } from './live.ts'
import type { Recorder } from './recorder.ts'
import type { Told } from './settlement.ts'
import type { SpanIds } from './span-ids.ts'
import { type ContentMode, contentOf } from './text.ts'
import type { CheckRequest, Verdict } from './wire.ts'

interface Asked {
  /** @default normal */
  readonly priority?: 'critical' | 'normal' | 'batch' | undefined
  /** USD at most: for tools that cost something, and models without a price. */
  readonly estimateUsd?: number | undefined
  /** The approval that a person gave for this very call. */
  readonly approval?: string | undefined
  /** Aborts the call from outside, beside the switches. */
  readonly signal?: AbortSignal | undefined
}

/** A JSON Schema. */
type OutputSchema = Readonly<Record<string, unknown>>

export interface GuardedModelOptions extends Omit<ModelOptions, 'maxTokens'>, Asked {
  /** Tokens of the whole answer, reasoning included. @default the operator's; it is to be sent to the provider too */
  readonly maxOutputTokens?: number | undefined
  /** Upper bound of the tokens that go in, where it is known. @default counted from `body`, else from `input` */
  readonly inputTokens?: number | undefined
  /** The whole request as the provider gets it, tools and schemas included, to be counted. Not recorded. */
  readonly body?: object | undefined
  /**
   * JSON Schema that the answer, as JSON, must fit. One that does not rejects with `GUARD_BLOCKED`, a reason for each
   * problem, so that the agent can repair it.
   */
  readonly schema?: OutputSchema | undefined
}

export interface GuardedToolOptions extends ToolOptions, Asked {
  readonly tool: string
}

export type GuardedOptions = GuardedModelOptions | GuardedToolOptions

interface Admitted {
  /** Aborts when somebody, or a rule, stops what this call belongs to: hand it to the provider's client. */
  readonly signal: AbortSignal
  /** What the gate said, and why. */
  readonly verdict: Verdict
  /** Nothing was called after all: all that was held goes back. */
  unused(): void
  /**
   * The very `body`, `input` or `args` that was passed to `guard`, as the guards let it in: with what they hid. Send
   * what this gives.
   */
  redacted<V>(given: V): V
}

export interface GuardedModel extends ModelCall, Admitted {
  /** Output tokens that were counted as they came: what is settled where the provider tells no usage. */
  streamed(tokens: number): void
  /** The model to call: another one than asked for where the verdict degrades. */
  readonly model: string
  /** The output limit to send: no more is held. Undefined where the gate names none. */
  readonly maxOutputTokens: number | undefined
  /** Whether the answer is judged before it is handed on. */
  readonly guarded: boolean
  /**
   * For a function that returns no text and no stream of texts: hands on each content stream of the answer as the
   * guards leave it. Message, reasoning and each tool call's arguments are streams of their own.
   */
  stream(kind?: StreamKind): GuardStream
}

export interface GuardedTool extends Recorder, Admitted {
  /** USD that it cost in truth. @default what was held */
  cost(usd: number): void
}

export const isTool = (call: GuardedOptions): call is GuardedToolOptions => 'tool' in call

export function requestOf(call: GuardedOptions, place: Place, mode: ContentMode): CheckRequest {
  const { priority, estimateUsd } = call
  if (isTool(call)) {
    const args = argsOf(call.args, mode)
    const tool = { name: call.tool, ...(args === undefined ? {} : { args }) }
    return present({ ...place, kind: 'tool', tool, priority, estimateUsd }) as CheckRequest
  }
  const { provider, model, maxOutputTokens, inputTokens, body, input } = call
  const counted = boundOf(body ?? input, mode)
  // also where its tokens are known the text is sent: the guards read it
  const bound = inputTokens === undefined ? counted : { inputTokens, input: counted.input }
  const asked = { ...place, kind: 'model', provider, model, maxOutputTokens, priority, estimateUsd, ...bound } as const
  return present(asked) as CheckRequest
}

export function openingOf(call: GuardedOptions, { verdict, holdId }: Pass, ids: SpanIds | undefined): Opening {
  const opening = isTool(call)
    ? toolOpening(call.tool, call)
    : modelOpening({
        ...call,
        model: verdict.model ?? call.model,
        maxTokens: verdict.maxOutputTokens ?? call.maxOutputTokens,
      })
  name(opening.facts, attribute.holdId, holdId)
  return ids === undefined ? opening : { ...opening, ids }
}

export function guardedModel(
  live: Live,
  call: GuardedModelOptions,
  { verdict }: Pass,
  admitted: Admitted,
  told: Told,
  { guarded: isGuarded, stream }: GuardedOutput,
) {
  const base = modelCallOf(live)
  const guarded: GuardedModel = {
    ...base,
    ...admitted,
    guarded: isGuarded,
    stream,
    model: verdict.model ?? call.model,
    maxOutputTokens: verdict.maxOutputTokens ?? call.maxOutputTokens,
    usage(usage) {
      told.usage = usage
      base.usage(usage)
    },
    cost(usd) {
      told.costUsd = costOf(usd)
      base.cost(usd)
    },
    finish(reason) {
      told.finishReason = reason
      base.finish(reason)
    },
    streamed(tokens) {
      told.streamedTokens = tokens
    },
    cacheHit(hit = true) {
      told.unused ||= hit
      base.cacheHit(hit)
    },
  }
  return guarded
}

export function guardedTool(live: Live, admitted: Admitted, told: Told): GuardedTool {
  return {
    ...toolOf(live),
    ...admitted,
    cost(usd) {
      told.costUsd = costOf(usd)
      live.tell([['usd', attribute.costUsd, amount]], { usd })
    },
  }
}

/** What may be sent of them; of `hashed` the hash, so that what a person said yes to is still told from other arguments. */
function argsOf(args: unknown, mode: ContentMode): unknown {
  if (args === undefined || mode === 'none' || !isJson(args)) return undefined
  return mode === 'hashed' ? contentOf(args, mode)?.value : args
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

/** What is no amount was not told. */
const costOf = (usd: number) => (Number.isFinite(usd) && usd >= 0 ? usd : undefined)
