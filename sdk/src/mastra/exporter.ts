/**
 * An exporter that makes runs, agents, tools and model calls of what Mastra observes. Knows its events by shape; imports
 * none of it.
 */
import { context, trace } from '@opentelemetry/api'
import { guardedCalls } from '../ai/claim.ts'
import { providerOf } from '../ai/provider-of.ts'
import { type Between, between } from '../between.ts'
import { type ModelCall, model, tool } from '../call.ts'
import type { Recorder } from '../recorder.ts'
import { agent, run } from '../run.ts'
import { scopeOf } from '../scope.ts'

interface Event {
  readonly type: string
  readonly exportedSpan: Span
}

interface Span {
  readonly id: string
  readonly parentSpanId?: string | undefined
  readonly name: string
  readonly type: string
  readonly entityName?: string | undefined
  readonly entityId?: string | undefined
  readonly isEvent?: boolean
  readonly input?: unknown
  readonly output?: unknown
  readonly attributes?: Attributes | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly errorInfo?: { readonly message?: string; readonly name?: string } | undefined
}

interface Attributes {
  readonly model?: string
  readonly provider?: string
  readonly responseModel?: string
  readonly responseId?: string
  readonly finishReason?: string
  readonly toolCallId?: string
  readonly success?: boolean
  readonly completionStartTime?: string
  readonly usage?: {
    readonly inputTokens?: number
    readonly outputTokens?: number
    readonly inputDetails?: { readonly cacheRead?: number; readonly cacheWrite?: number }
    readonly outputDetails?: { readonly reasoning?: number }
  }
}

/** One of Mastra's spans. */
interface Step {
  readonly parent: Step | undefined
  readonly within: Between<Recorder>['within']
  /** The innermost first. */
  readonly open: readonly Between<Recorder>[]
  /** True once another span tells the same call. */
  told: boolean
  /** Guarded calls of this model before it began. */
  readonly guarded: number
}

/** Of spans whose end nobody tells the oldest are forgotten. */
const STEPS = 10_000

/**
 * `new Observability({ configs: { default: { serviceName, exporters: [exporter()] } } })`: shows runs, agents, workflows,
 * tools and model calls with their tokens. Model calls behind the AI SDK's `middleware()` are told by their guard. Never
 * throws.
 */
export function exporter() {
  const steps = new Map<string, Step>()

  function start(span: Span): void {
    const parent = span.parentSpanId === undefined ? undefined : steps.get(span.parentSpanId)
    const at = parent?.within ?? context.active()
    const isAlone = parent === undefined && scopeOf(at) === undefined && trace.getSpan(at) === undefined
    const open: Between<Recorder>[] = []
    const add = (verb: Parameters<typeof between<Recorder>>[0]) => open.unshift(between(verb, open[0]?.within ?? at))
    const { type, input, attributes = {} } = span
    const name = span.entityName ?? span.entityId ?? /'(.*)'/.exec(span.name)?.[1] ?? span.name
    if (isAlone || type === 'workflow_run') add((fn) => run(name, { ...whoIn(span), input }, fn))
    if (type === 'agent_run') add((fn) => agent(name, { input }, fn))
    if (type === 'tool_call' || type === 'mcp_tool_call' || type === 'client_tool_call')
      add((fn) => tool(name, { args: input, callId: attributes.toolCallId }, fn))
    const isCall = type === 'model_inference' || type === 'model_generation'
    if (isCall) add((fn) => model({ ...askedOf(attributes), input }, fn as (call: ModelCall) => Promise<void>))
    // the same call, told by its outer spans too
    if (type === 'model_inference') for (let each = parent; each !== undefined; each = each.parent) each.told ||= true
    const [oldest] = steps.keys()
    if (steps.size >= STEPS && oldest !== undefined) steps.delete(oldest)
    // what stands below a generation stands where the generation stands: it may turn out to be nobody's call
    const within = type === 'model_generation' ? at : (open[0]?.within ?? at)
    steps.set(span.id, { parent, within, open, told: false, guarded: guardedCalls(attributes.model ?? '') })
  }

  function end(span: Span): void {
    const step = steps.get(span.id)
    steps.delete(span.id)
    if (step === undefined) return
    const { type, attributes = {}, errorInfo } = span
    const isGeneration = type === 'model_generation'
    const isCall = isGeneration || type === 'model_inference'
    const isGuarded = isCall && guardedCalls(attributes.model ?? '') > step.guarded
    // never ended: nobody hears of it
    if (isGuarded || (isGeneration && step.told)) return
    const [inner] = step.open
    if (inner !== undefined && isCall) tellModel(inner.recorder as ModelCall, span)
    for (const each of step.open) {
      if (!isCall && span.output !== undefined) each.recorder.output(span.output)
      const failed = errorInfo !== undefined || attributes.finishReason === 'error' || attributes.success === false
      if (failed) each.fail(Object.assign(new Error(errorInfo?.message), { name: errorInfo?.name ?? 'Error' }))
      else each.end()
    }
  }

  return {
    name: 'outrider',
    init(): void {},
    async exportTracingEvent({ type, exportedSpan }: Event): Promise<void> {
      if (exportedSpan.isEvent) return
      if (type === 'span_started') start(exportedSpan)
      if (type === 'span_ended') end(exportedSpan)
    },
    async flush(): Promise<void> {},
    async shutdown(): Promise<void> {},
  }
}

function askedOf({ provider, model: name }: Attributes) {
  return { model: name ?? 'unknown', ...(provider === undefined ? {} : { provider: providerOf({ provider }) }) }
}

function tellModel(call: ModelCall, { attributes = {}, output }: Span): void {
  const { usage, responseModel, responseId, finishReason } = attributes
  call.responded({ model: responseModel, id: responseId })
  if (usage?.inputTokens !== undefined)
    call.usage({
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cacheReadTokens: usage.inputDetails?.cacheRead,
      cacheWriteTokens: usage.inputDetails?.cacheWrite,
      reasoningTokens: usage.outputDetails?.reasoning,
    })
  if (finishReason !== undefined) call.finish(finishReason)
  if (output !== undefined) call.output(output)
}

function whoIn({ metadata = {} }: Span) {
  const wordAt = (...keys: string[]) => keys.map((key) => metadata[key]).find((value) => typeof value === 'string')
  const user = wordAt('userId', 'resourceId') as string | undefined
  return {
    user,
    tenant: wordAt('tenantId') as string | undefined,
    session: wordAt('sessionId', 'threadId') as string | undefined,
  }
}
