/**
 * A trace processor that makes runs, agents, tools and model calls of what the OpenAI Agents SDK traces. Knows its spans by
 * shape; imports none of it.
 */
import { context, createContextKey, trace as telemetry } from '@opentelemetry/api'
import { type Between, between } from '../between.ts'
import { type ModelCall, model, tool } from '../call.ts'
import type { Recorder } from '../recorder.ts'
import { agent, run } from '../run.ts'
import { activeScope } from '../scope.ts'
import { forget, place, remember } from './place.ts'
import { outputOf, type ResponseObject, tellResponse } from './response.ts'

interface Trace {
  readonly traceId: string
  readonly name: string
  readonly groupId: string | null
  readonly metadata?: Readonly<Record<string, unknown>>
}

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | null
  readonly spanData: Data
  readonly error: { readonly message: string; readonly data?: Readonly<Record<string, unknown>> } | null
}

interface Data {
  readonly type: string
  readonly name?: string
  readonly input?: unknown
  readonly output?: unknown
  readonly model?: string
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number } & Record<string, unknown>
  readonly _input?: unknown
  readonly _response?: ResponseObject
}

/** True inside of a call that its guard tells. */
export const GUARDED = createContextKey('outrider.openai-agents.guarded')

export type Processor = ReturnType<typeof processor>

/**
 * `setTraceProcessors([processor()])`: shows every run with its agents, tools and model calls. In place of the SDK's own
 * processors nothing is sent to OpenAI; `addTraceProcessor` keeps those. Never throws, asks nobody: `governed` does.
 */
export function processor() {
  const open = new Map<string, Between<Recorder>>()

  function start(key: string, parent: string, verb: Parameters<typeof between<Recorder>>[0]): void {
    const span = between<Recorder>(verb, place(parent))
    open.set(key, span)
    remember(key, span.within)
  }
  function end(key: string, conclude: (span: Between<Recorder>) => void): void {
    const span = open.get(key)
    open.delete(key)
    forget(key)
    if (span !== undefined) conclude(span)
  }

  return {
    async onTraceStart({ traceId, name, groupId, metadata = {} }: Trace): Promise<void> {
      if (activeScope() !== undefined || telemetry.getActiveSpan() !== undefined)
        return remember(traceId, context.active())
      const who = { session: groupId ?? undefined, user: wordOf(metadata.userId), tenant: wordOf(metadata.tenantId) }
      start(traceId, traceId, (fn) => run(name, who, fn))
    },
    async onTraceEnd({ traceId }: Trace): Promise<void> {
      end(traceId, (span) => span.end())
    },
    async onSpanStart({ traceId, spanId, parentId, spanData }: Span): Promise<void> {
      const parent = parentId ?? traceId
      const { type, name = type } = spanData
      if (type === 'agent') start(spanId, parent, (fn) => agent(name, fn))
      else if (type === 'function') start(spanId, parent, (fn) => tool(name, fn))
      else if (type !== 'response' && type !== 'generation') remember(spanId, place(parent))
      // the model's name is known at the end
      else if (context.active().getValue(GUARDED) === undefined)
        start(spanId, parent, (fn) => model({ model: spanData.model ?? 'unknown', provider: 'openai' }, fn))
    },
    async onSpanEnd({ spanId, spanData, error }: Span): Promise<void> {
      end(spanId, (span) => {
        if (spanData.type === 'function') tellTool(span.recorder, spanData)
        if (spanData.type === 'response' || spanData.type === 'generation')
          tellModel(span.recorder as ModelCall, spanData)
        if (error === null) span.end()
        else span.fail(Object.assign(new Error(error.message), { name: wordOf(error.data?.name) ?? 'AgentsError' }))
      })
    },
    async shutdown(): Promise<void> {},
    async forceFlush(): Promise<void> {},
  }
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

function tellTool(recorder: Recorder, { input, output }: Data): void {
  if (input !== undefined) recorder.input(input)
  if (output !== undefined) recorder.output(output)
}

/** A span of the Responses API carries the answer itself, one of chat completions what was made of it. */
function tellModel(call: ModelCall, data: Data): void {
  const answer = data._response ?? (data.output as readonly ResponseObject[] | undefined)?.[0]
  const asked = data.model ?? data._response?.model
  if (asked !== undefined) call.set('gen_ai.request.model', asked)
  const input = data._input ?? data.input
  if (input !== undefined) call.input(input)
  if (answer === undefined) return
  tellResponse(call, answer)
  call.output(outputOf(answer))
}
