/** Model calls, tools and retrievals: what costs money or touches the world. */
import { SpanKind, trace } from '@opentelemetry/api'
import { attribute, scoreEvent } from './attributes.ts'
import {
  type Attempt,
  amount,
  answer,
  attemptFields,
  count,
  type Fields,
  flag,
  gather,
  name,
  names,
  newFacts,
  question,
  text,
  type Versions,
  versionFields,
} from './facts.ts'
import { inSpan, type Live, type Opening, quietly } from './live.ts'
import { type Recorder, type Rest, recorderOf, split } from './recorder.ts'
import { activeScope } from './scope.ts'
import { screened } from './screening.ts'
import { state } from './state.ts'

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
  /**
   * Tells what was found, and resolves with what may be used of it: `content` with personal data and secrets hidden,
   * without the documents that the policy blocks, e.g. for orders to the model. Rejects with a DeniedError
   * `GATE_UNAVAILABLE` while the collector is away and `onUnavailable` is `deny`.
   */
  screen<D extends Document>(documents: readonly D[]): Promise<readonly D[]>
}

const modelFields: Fields<ModelOptions> = [
  ['provider', attribute.provider, name],
  ['model', attribute.requestModel, name],
  ['input', attribute.inputMessages, question],
  ['stream', attribute.stream, flag],
  ['maxTokens', attribute.maxTokens, count],
  ...versionFields,
  ...attemptFields,
]

export function model<T>(options: string | ModelOptions, fn: (call: ModelCall) => T): T {
  return inSpan(() => modelOpening(typeof options === 'string' ? { model: options } : options), modelCallOf, fn)
}

export function modelOpening(asked: ModelOptions): Opening {
  return opened(asked.operation ?? 'chat', asked.model, SpanKind.CLIENT, modelFields, asked)
}

interface Named {
  readonly title: string
}

const toolFields: Fields<ToolOptions & Named> = [
  ['title', attribute.toolName, name],
  ['callId', attribute.toolCallId, name],
  ['args', attribute.toolArguments, text],
  ...attemptFields,
]

export function tool<T>(title: string, fn: (tool: Recorder) => T): T
export function tool<T>(title: string, options: ToolOptions | undefined, fn: (tool: Recorder) => T): T
export function tool<T>(title: string, ...rest: Rest<ToolOptions, Recorder, T>): T {
  const [options, fn] = split(rest)
  return inSpan(() => toolOpening(title, options), toolOf, fn)
}

export function toolOpening(title: string, options: ToolOptions): Opening {
  return opened('execute_tool', title, SpanKind.INTERNAL, toolFields, { ...options, title })
}

const retrievalFields: Fields<RetrievalOptions & Named> = [
  ['title', attribute.dataSource, name],
  ['query', attribute.retrievalQuery, text],
  ['topK', attribute.retrievalTopK, count],
]

export function retrieval<T>(title: string, fn: (retrieval: Retrieval) => T): T
export function retrieval<T>(title: string, options: RetrievalOptions | undefined, fn: (retrieval: Retrieval) => T): T
export function retrieval<T>(title: string, ...rest: Rest<RetrievalOptions, Retrieval, T>): T {
  const [options, fn] = split(rest)
  const opening = () => opened('retrieval', title, SpanKind.CLIENT, retrievalFields, { ...options, title })
  return inSpan(opening, retrievalOf, fn)
}

export interface ScoreDetails {
  readonly label?: string | undefined
  readonly explanation?: string | undefined
}

const scoreFields: Fields<ScoreDetails & Named> = [
  ['title', scoreEvent.scoreName, name],
  ['label', scoreEvent.label, name],
  ['explanation', scoreEvent.explanation, text],
]

/** Binds a quality score to the span around (a run, agent or call). Anything but a finite number is not recorded. */
export function score(title: string, value: number, details?: ScoreDetails): void {
  if (!Number.isFinite(value)) return
  quietly(() => {
    const facts = newFacts(state.content, { [scoreEvent.value]: value })
    gather(facts, scoreFields, { ...details, title })
    trace.getActiveSpan()?.addEvent(scoreEvent.name, facts.attributes)
  })
}

function opened<O extends object>(
  operation: string,
  title: string,
  kind: SpanKind,
  fields: Fields<O>,
  options: O,
): Opening {
  const facts = newFacts(state.content, {
    ...activeScope()?.stamp,
    [attribute.operation]: operation,
    [attribute.contentMode]: state.content,
  })
  gather(facts, fields, options)
  return { name: `${operation} ${title}`, kind, facts }
}

const usageFields: Fields<Usage> = [
  ['inputTokens', attribute.inputTokens, count],
  ['outputTokens', attribute.outputTokens, count],
  ['cacheReadTokens', attribute.cacheReadTokens, count],
  ['cacheWriteTokens', attribute.cacheWriteTokens, count],
  ['reasoningTokens', attribute.reasoningTokens, count],
]
const responseFields: Fields<{ model?: string | undefined; id?: string | undefined }> = [
  ['model', attribute.responseModel, name],
  ['id', attribute.responseId, name],
]

export function modelCallOf(live: Live): ModelCall {
  const base = recorderOf(live, [
    ['input', attribute.inputMessages, question],
    ['output', attribute.outputMessages, answer],
  ])
  return {
    ...base,
    usage: (usage) => live.tell(usageFields, usage),
    finish: (reason) => live.tell([['reasons', attribute.finishReasons, names]], { reasons: [reason] }),
    responded: (response) => live.tell(responseFields, response),
    cost: (usd) => live.tell([['usd', attribute.costUsd, amount]], { usd }),
    cacheHit: (hit = true) => live.tell([['hit', attribute.cacheHit, flag]], { hit }),
    chunk: live.chunk,
  }
}

export const toolOf = (live: Live): Recorder =>
  recorderOf(live, [
    ['input', attribute.toolArguments, text],
    ['output', attribute.toolResult, text],
  ])

function retrievalOf(live: Live): Retrieval {
  const base = recorderOf(live, [
    ['input', attribute.retrievalQuery, text],
    ['output', attribute.retrievalDocuments, text],
  ])
  return {
    ...base,
    documents: base.output,
    screen(documents) {
      base.output(documents.map(({ id, score, content }) => ({ id, score, content })))
      return screened(documents, live)
    },
  }
}
