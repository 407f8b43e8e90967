/**
 * Hears what the Vercel AI SDK 7 tells of every call by itself, and makes runs, agents, model calls and tools of it. Model
 * calls behind `middleware()` are told by their guard. Majors 5 and 6 tell spans of their own: `experimental_telemetry`.
 */
import { type Context, context, trace } from '@opentelemetry/api'
import { type Between, between } from '../between.ts'
import { type ModelCall, model, tool } from '../call.ts'
import { agent, run, type Work } from '../run.ts'
import { sayOnce } from '../say.ts'
import { activeScope } from '../scope.ts'
import { state } from '../state.ts'
import { type AnsweredUsage, type Generated, messageOf, readGenerated } from './answer.ts'
import { guardedCalls, withClaim } from './claim.ts'
import { providerOf } from './provider-of.ts'

interface Event {
  readonly callId?: string
  readonly operationId?: string
  readonly embedCallId?: string
  readonly stepNumber?: number
  readonly functionId?: string
  readonly provider?: string
  readonly modelId?: string
  readonly messages?: unknown
  readonly promptMessages?: unknown
  readonly prompt?: unknown
  readonly values?: unknown
  readonly maxOutputTokens?: number
  readonly runtimeContext?: Readonly<Record<string, unknown>>
  readonly toolCall?: { readonly toolName?: string; readonly toolCallId?: string; readonly input?: unknown }
  readonly text?: unknown
  readonly object?: unknown
  readonly objectText?: string
  readonly content?: readonly object[]
  readonly finishReason?: string
  readonly rawFinishReason?: string
  readonly responseId?: string
  readonly response?: { readonly id?: string; readonly modelId?: string }
  readonly providerMetadata?: Readonly<Record<string, unknown>>
  readonly usage?: AnsweredUsage & Details & { readonly tokens?: number }
  readonly error?: unknown
}

interface Details {
  readonly inputTokenDetails?: { readonly cacheReadTokens?: number; readonly cacheWriteTokens?: number }
  readonly outputTokenDetails?: { readonly reasoningTokens?: number }
}

interface Executed<T> extends Event {
  execute(): PromiseLike<T>
}

interface Operation {
  readonly outer: Context
  readonly spans: readonly Between<Work>[]
  /** Steps that have no function around them, by step or call. */
  readonly steps: Map<string, { readonly open: Between<ModelCall>; readonly modelId: string; readonly guarded: number }>
  /** The streamed answer that is under way. */
  stream: Between<ModelCall> | undefined
}

/** Of operations whose end nobody tells: streams that are left. The oldest are forgotten. */
const OPERATIONS = 10_000

function createObserver() {
  const operations = new Map<string, Operation>()

  const begin = (event: Event, at: string) => {
    const operation = event.callId === undefined ? undefined : operations.get(event.callId)
    if (operation === undefined || event.modelId === undefined) return
    const { modelId } = event
    const input = event.promptMessages ?? event.values
    const kind = event.values === undefined ? undefined : ('embeddings' as const)
    const open = openModel({ ...optionsOf(event), input, operation: kind }, operation.outer)
    operation.steps.set(at, { open, modelId, guarded: guardedCalls(modelId) })
  }
  /** Undefined where a guard told the call meanwhile: the span is never ended, so nobody hears of it. */
  const conclude = (event: Event, at: string): Between<ModelCall> | undefined => {
    const steps = event.callId === undefined ? undefined : operations.get(event.callId)?.steps
    const step = steps?.get(at)
    steps?.delete(at)
    if (step === undefined || guardedCalls(step.modelId) > step.guarded) return undefined
    sayUnguarded()
    return step.open
  }
  const over = (event: unknown, end: (open: Between<unknown>) => void) => {
    const { callId } = (event ?? {}) as Event
    const operation = callId === undefined ? undefined : operations.get(callId)
    if (operation === undefined || callId === undefined) return
    operations.delete(callId)
    if (operation.stream !== undefined) end(operation.stream)
    for (const step of operation.steps.values()) if (guardedCalls(step.modelId) === step.guarded) end(step.open)
    for (const open of operation.spans) end(open)
  }

  return {
    onStart(event: Event) {
      if (event.callId === undefined || isSilent()) return
      const [oldest] = operations.keys()
      if (operations.size >= OPERATIONS && oldest !== undefined) operations.delete(oldest)
      const spans = openWork(event)
      const outer = spans[0]?.within ?? context.active()
      operations.set(event.callId, { outer, spans, steps: new Map(), stream: undefined })
    },
    async executeLanguageModelCall<T>(event: Executed<T>): Promise<T> {
      const operation = operations.get(event.callId ?? '')
      if (operation === undefined) return await event.execute()
      const claim = { outer: operation.outer, taken: false }
      const open = openModel({ ...optionsOf(event), input: event.messages }, operation.outer)
      try {
        const answer = await context.with(
          context.with(open.within, () => withClaim(claim)),
          event.execute,
        )
        if (claim.taken) return answer
        sayUnguarded()
        if (isStreamed(answer)) operation.stream = open
        else {
          tellGenerated(open.recorder, event.provider ?? '', answer as Generated)
          open.end()
        }
        return answer
      } catch (thrown) {
        if (!claim.taken) open.fail(thrown)
        throw thrown
      }
    },
    onLanguageModelCallEnd(event: Event) {
      const operation = operations.get(event.callId ?? '')
      const open = operation?.stream
      if (operation === undefined || open === undefined) return
      operation.stream = undefined
      tellEvent(open.recorder, event)
      open.end()
    },
    async executeTool<T>(event: Executed<T>): Promise<T> {
      const operation = operations.get(event.callId ?? '')
      const { toolName, toolCallId, input } = event.toolCall ?? {}
      if (operation === undefined || toolName === undefined) return await event.execute()
      const execute = () =>
        tool(toolName, { args: input, callId: toolCallId }, async (recorder) => {
          const result = await event.execute()
          recorder.output(toolOutput(result))
          return result
        })
      return await context.with(operation.outer, execute)
    },
    onObjectStepStart: (event: Event) => begin(event, `step ${event.stepNumber}`),
    onObjectStepEnd(event: Event) {
      const open = conclude(event, `step ${event.stepNumber}`)
      if (open === undefined) return
      tellEvent(open.recorder, event)
      open.end()
    },
    onEmbedStart: (event: Event) => begin(event, `embed ${event.embedCallId}`),
    onEmbedEnd(event: Event) {
      const open = conclude(event, `embed ${event.embedCallId}`)
      if (open === undefined) return
      const tokens = event.usage?.tokens
      open.recorder.usage({ inputTokens: tokens === undefined || Number.isNaN(tokens) ? undefined : tokens })
      open.end()
    },
    onEnd(event: Event) {
      const output = event.object ?? event.text
      for (const { recorder } of operations.get(event.callId ?? '')?.spans ?? []) recorder.output(output)
      over(event, (open) => open.end())
    },
    onAbort: (event: Event) => over(event, (open) => open.fail(new DOMException('aborted', 'AbortError'))),
    onError: (event: unknown) => over(event, (open) => open.fail((event as Event).error)),
  }
}

/** Somebody's own telemetry tells the same calls: once is enough. */
const isSilent = () =>
  state.handle === undefined ||
  (integrations() ?? []).some((each) => /OpenTelemetry/.test(each?.constructor?.name ?? ''))

const integrations = () => (globalThis as { AI_SDK_TELEMETRY_INTEGRATIONS?: object[] }).AI_SDK_TELEMETRY_INTEGRATIONS

const mark = Symbol.for('outrider.ai.observer')

/** Puts an observer into the AI SDK's own list, which all its copies share, once a process. Silent while nothing is started. */
export function observeAi(): void {
  const home = globalThis as { AI_SDK_TELEMETRY_INTEGRATIONS?: object[] }
  home.AI_SDK_TELEMETRY_INTEGRATIONS ??= []
  if (home.AI_SDK_TELEMETRY_INTEGRATIONS.some((each) => mark in each)) return
  home.AI_SDK_TELEMETRY_INTEGRATIONS.push({ ...createObserver(), [mark]: true })
}

/** The agent that `functionId` names, in a run where there is none around. */
function openWork(event: Event): Between<Work>[] {
  const { functionId, operationId = 'ai', runtimeContext = {} } = event
  const input = event.messages ?? event.prompt
  const spans: Between<Work>[] = []
  if (activeScope() === undefined && trace.getActiveSpan() === undefined) {
    const { userId, sessionId, tenantId } = runtimeContext
    const who = { user: wordOf(userId), session: wordOf(sessionId), tenant: wordOf(tenantId), input }
    const name = functionId ?? operationId.replace('ai.', '')
    spans.unshift(between<Work>((fn) => run(name, who, fn)))
  }
  if (functionId !== undefined) spans.unshift(between<Work>((fn) => agent(functionId, { input }, fn), spans[0]?.within))
  return spans
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

const openModel = (options: Parameters<typeof model>[0], parent: Context) =>
  between<ModelCall>((fn) => model(options, fn), parent)

function optionsOf(event: Event) {
  const { provider = '', modelId = '', maxOutputTokens } = event
  return { provider: providerOf({ provider }), model: modelId, maxTokens: maxOutputTokens }
}

const isStreamed = (answer: unknown) => typeof answer === 'object' && answer !== null && 'stream' in answer

function tellGenerated(call: ModelCall, provider: string, answer: Generated): void {
  const { id, model, usage, finish } = readGenerated(provider)(answer)
  call.responded({ id, model })
  if (usage !== undefined) call.usage(usage)
  if (finish !== undefined) call.finish(finish)
  call.output(messageOf(answer.content))
}

function tellEvent(call: ModelCall, event: Event): void {
  const { usage, content, objectText, response, responseId, modelId, finishReason, rawFinishReason } = event
  call.responded({ id: responseId ?? response?.id, model: response?.modelId ?? modelId })
  if (usage !== undefined)
    call.usage({
      inputTokens: usage.inputTokens as number | undefined,
      outputTokens: usage.outputTokens as number | undefined,
      cacheReadTokens: usage.inputTokenDetails?.cacheReadTokens,
      cacheWriteTokens: usage.inputTokenDetails?.cacheWriteTokens,
      reasoningTokens: usage.outputTokenDetails?.reasoningTokens,
    })
  const reason = rawFinishReason ?? finishReason
  if (reason !== undefined) call.finish(reason)
  if (objectText !== undefined || content !== undefined) call.output(objectText ?? messageOf(content ?? []))
}

function toolOutput(result: unknown): unknown {
  const output = typeof result === 'object' && result !== null && 'output' in result ? result.output : result
  return typeof output === 'object' && output !== null && 'output' in output ? output.output : output
}

/** A project that chose what happens without the gate, or gave a run a budget, means its calls to ask. */
function sayUnguarded(): void {
  const budgeted = state.governor?.onUnavailable !== undefined || hasBudget()
  if (budgeted)
    sayOnce(
      'ai-unguarded',
      'a model of the AI SDK is called without the gate: no budget holds for it. Wrap it: wrapLanguageModel({ model, middleware: middleware() }) from @outrider/sdk/ai.',
    )
}

function hasBudget(): boolean {
  for (let scope = activeScope(); scope !== undefined; scope = scope.outer)
    if (scope.budgetUsd !== undefined) return true
  return false
}
