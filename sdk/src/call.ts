/** Model calls, tools and retrievals: what costs money or touches the world. */
import { SpanKind, trace } from '@opentelemetry/api'
import { attribute, scoreEvent } from './attributes.ts'
import {
  type Attempt,
  amount,
  attempt,
  count,
  type Facts,
  flag,
  name,
  newFacts,
  text,
  type Versions,
  versions,
} from './facts.ts'
import { inSpan, type Live, quietly } from './live.ts'
import { type Recorder, type Rest, recorderOf, split, type Texts } from './recorder.ts'
import { activeScope } from './scope.ts'
import { parts } from './state.ts'
import { type ContentMode, messagesOf } from './text.ts'

export interface ModelOptions extends Versions, Attempt {
  /** As the price list knows it: `openai anthropic azure aws.bedrock google …`. */
  readonly provider?: string | undefined
  readonly model: string
  /** @default chat */
  readonly operation?: 'chat' | 'text_completion' | 'generate_content' | 'embeddings' | undefined
  /** A text or chat messages. */
  readonly input?: unknown
  readonly stream?: boolean | undefined
  readonly maxTokens?: number | undefined
  /** Span ID of the call that this one stands in for. */
  readonly fallbackOf?: string | undefined
}

/** Integers from 0; unknown is left out, never 0. */
export interface Usage {
  /** Includes cache reads and writes. */
  readonly inputTokens?: number | undefined
  /** Includes reasoning. */
  readonly outputTokens?: number | undefined
  readonly cacheReadTokens?: number | undefined
  readonly cacheWriteTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
}

export interface ModelCall extends Recorder {
  /** What the provider counted. Of a stream: the last word counts. */
  usage(usage: Usage): void
  /** Why the answer ended, in the provider's word. */
  finish(reason: string): void
  /** Which model answered, under which id. */
  responded(response: { readonly model?: string | undefined; readonly id?: string | undefined }): void
  /** USD, where the provider says what it billed; else the collector prices the tokens. */
  cost(usd: number): void
  cacheHit(hit?: boolean): void
  /** Call it on every chunk of a stream that `fn` reads itself: the first one tells the time to the first token. */
  chunk(): void
}

export interface ToolOptions extends Attempt {
  readonly args?: unknown
  /** The id that the model gave the call. */
  readonly callId?: string | undefined
}

export interface RetrievalOptions {
  readonly query?: string | undefined
  readonly topK?: number | undefined
}

export interface Document {
  readonly id?: string | undefined
  readonly score?: number | undefined
  readonly content?: string | undefined
}

export interface Retrieval extends Recorder {
  /** What was found, best first. */
  documents(documents: readonly Document[]): void
}

export function model<T>(options: string | ModelOptions, fn: (call: ModelCall) => T): T {
  const own = parts()
  const opening = () => {
    const asked: ModelOptions = typeof options === 'string' ? { model: options } : options
    const operation = asked.operation ?? 'chat'
    const facts = inherited(operation, own.content)
    name(facts, attribute.provider, asked.provider)
    name(facts, attribute.requestModel, asked.model)
    count(facts, attribute.maxTokens, asked.maxTokens)
    flag(facts, attribute.stream, asked.stream)
    name(facts, attribute.fallbackOf, asked.fallbackOf)
    versions(facts, asked)
    attempt(facts, asked)
    if (asked.input !== undefined) text(facts, attribute.inputMessages, messagesOf(asked.input, 'user'), own.content)
    return { name: `${operation} ${asked.model}`, kind: SpanKind.CLIENT, facts }
  }
  return inSpan(own, opening, (live) => modelCallOf(live, own.content), fn)
}

export function tool<T>(title: string, fn: (tool: Recorder) => T): T
export function tool<T>(title: string, options: ToolOptions | undefined, fn: (tool: Recorder) => T): T
export function tool<T>(title: string, ...rest: Rest<ToolOptions, Recorder, T>): T {
  const [options, fn] = split(rest)
  const own = parts()
  const opening = () => {
    const facts = inherited('execute_tool', own.content)
    name(facts, attribute.toolName, title)
    name(facts, attribute.toolCallId, options.callId)
    attempt(facts, options)
    text(facts, attribute.toolArguments, options.args, own.content)
    return { name: `execute_tool ${title}`, kind: SpanKind.INTERNAL, facts }
  }
  return inSpan(own, opening, (live) => recorderOf(live, toolTexts, own.content), fn)
}

export function retrieval<T>(title: string, fn: (retrieval: Retrieval) => T): T
export function retrieval<T>(title: string, options: RetrievalOptions | undefined, fn: (retrieval: Retrieval) => T): T
export function retrieval<T>(title: string, ...rest: Rest<RetrievalOptions, Retrieval, T>): T {
  const [options, fn] = split(rest)
  const own = parts()
  const opening = () => {
    const facts = inherited('retrieval', own.content)
    name(facts, attribute.dataSource, title)
    count(facts, attribute.retrievalTopK, options.topK)
    text(facts, attribute.retrievalQuery, options.query, own.content)
    return { name: `retrieval ${title}`, kind: SpanKind.CLIENT, facts }
  }
  const recorder = (live: Live): Retrieval => {
    const base = recorderOf(live, retrievalTexts, own.content)
    return { ...base, documents: base.output }
  }
  return inSpan(own, opening, recorder, fn)
}

export interface ScoreDetails {
  readonly label?: string | undefined
  readonly explanation?: string | undefined
}

/** Binds a quality score to the span around (a run, agent or call). Anything but a finite number is not recorded. */
export function score(title: string, value: number, details?: ScoreDetails): void {
  if (!Number.isFinite(value)) return
  quietly(() => {
    const facts = newFacts({ [scoreEvent.value]: value })
    name(facts, scoreEvent.scoreName, title)
    name(facts, scoreEvent.label, details?.label)
    text(facts, scoreEvent.explanation, details?.explanation, parts().content)
    trace.getActiveSpan()?.addEvent(scoreEvent.name, facts.attributes)
  })
}

const modelTexts: Texts = {
  input: attribute.inputMessages,
  output: attribute.outputMessages,
  form: (value, side) => messagesOf(value, side === 'input' ? 'user' : 'assistant'),
}
const toolTexts: Texts = { input: attribute.toolArguments, output: attribute.toolResult }
const retrievalTexts: Texts = { input: attribute.retrievalQuery, output: attribute.retrievalDocuments }

function inherited(operation: string, content: ContentMode): Facts {
  return newFacts({ ...activeScope()?.stamp, [attribute.operation]: operation, [attribute.contentMode]: content })
}

function modelCallOf(live: Live, content: ContentMode): ModelCall {
  return {
    ...recorderOf(live, modelTexts, content),
    usage: (usage) =>
      live.tell((facts) => {
        count(facts, attribute.inputTokens, usage.inputTokens)
        count(facts, attribute.outputTokens, usage.outputTokens)
        count(facts, attribute.cacheReadTokens, usage.cacheReadTokens)
        count(facts, attribute.cacheWriteTokens, usage.cacheWriteTokens)
        count(facts, attribute.reasoningTokens, usage.reasoningTokens)
      }),
    finish: (reason) =>
      live.tell((facts) => {
        facts.attributes[attribute.finishReasons] = [String(reason)]
      }),
    responded: (response) =>
      live.tell((facts) => {
        name(facts, attribute.responseModel, response.model)
        name(facts, attribute.responseId, response.id)
      }),
    cost: (usd) => live.tell((facts) => amount(facts, attribute.costUsd, usd)),
    cacheHit: (hit = true) => live.tell((facts) => flag(facts, attribute.cacheHit, hit)),
    chunk: live.chunk,
  }
}
