import { finishReason } from '../src/receive/dialects/finish-reason.ts'
import type { Span } from '../src/span.ts'
import { sampleSpan } from '../test/sample-span.ts'
import { type Expected, isCall, type Payload, pricer, type Sum } from './payload.ts'
import type { Truth } from './provider.ts'

/** One call of a run, in the words of the canonical span. */
export interface Call {
  readonly request: number
  readonly failed: boolean
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null
  readonly requestModel: string | null
  readonly responseModel: string | null
  readonly responseId: string | null
  readonly finishReason: string | null
  readonly streaming: boolean | null
  readonly costNano: number | null
}

/** What the provider's log says of the calls that a payload holds, with `null` for what it is known to lose. */
export function callsExpected({ truth }: Payload, expected: Expected, told: readonly Span[]): Call[] {
  const { lost = {}, wrong = {} } = expected
  return truth.flatMap((entry, request) => {
    const isLost = (field: string) => lost[field] === 'all' || (lost[field]?.includes(request) ?? false)
    if (isLost('span')) return []
    const span = told.find((each) => each.responseId === entry.responseId && entry.responseId !== null) ?? told[0]
    const call = Object.fromEntries(
      Object.entries(facts(entry, request)).map(([field, value]) => {
        const instead = wrong[field]?.[request]
        return [field, instead ?? (isLost(field) ? null : value)]
      }),
    ) as unknown as Call
    return [{ ...call, costNano: isLost('costNano') || span === undefined ? null : cost(call, entry, span) }]
  })
}

/** What agents and chains alone tell, and nothing that calls tell too. */
export function sumsTold(spans: readonly Span[]): Sum[] {
  return spans
    .filter(({ kind, counted }) => counted && (kind === 'agent' || kind === 'chain'))
    .map(({ agent, requestModel: model, inputTokens, outputTokens }) => ({ agent, model, inputTokens, outputTokens }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

const keyOf = ({ agent, model, inputTokens }: Sum): string =>
  `${agent} ${model} ${String(inputTokens).padStart(12, '0')}`

/** The calls that a run holds, matched with the provider's log by response id where there is one, else by order. */
export function callsTold({ truth }: Payload, expected: Expected, spans: readonly Span[]): Call[] {
  const { lost = {} } = expected
  const calls = spans.filter(isCall)
  const byId = new Map(calls.flatMap((span) => (span.responseId === null ? [] : [[span.responseId, span] as const])))
  const awaited = truth.flatMap((entry, request) =>
    lost.span === 'all' || lost.span?.includes(request) ? [] : [{ entry, request }],
  )
  const matched = new Set(awaited.flatMap(({ entry }) => byId.get(entry.responseId ?? '') ?? []))
  const others = beyond(
    calls.filter((span) => !matched.has(span)),
    expected.unjoined ?? 0,
  )
  const found = awaited.flatMap(({ entry, request }) => {
    const span = byId.get(entry.responseId ?? '') ?? others.shift()
    return span === undefined ? [] : [seen(span, request, entry)]
  })
  return [...found, ...others.map((span) => seen(span, -1, null))]
}

/** Without so many spans that ended well and have no usage at all. */
function beyond(spans: readonly Span[], known: number): Span[] {
  const empty = spans.filter(
    ({ status, responseId, inputTokens, outputTokens }) =>
      status !== 'error' && (responseId ?? inputTokens ?? outputTokens) === null,
  )
  const allowed = new Set(empty.slice(0, known))
  return spans.filter((span) => !allowed.has(span))
}

function facts(entry: Truth, request: number): Call {
  return {
    request,
    failed: entry.status !== 200,
    inputTokens: entry.usageTold ? entry.input : null,
    outputTokens: entry.usageTold ? entry.output : null,
    cacheReadTokens: entry.usageTold ? nonzero(entry.cacheRead) : null,
    cacheWriteTokens: entry.usageTold ? nonzero(entry.cacheWrite) : null,
    reasoningTokens: entry.usageTold ? nonzero(entry.reasoning) : null,
    requestModel: entry.model,
    responseModel: entry.served,
    responseId: entry.responseId,
    finishReason: entry.finish === null ? null : finishReason(entry.finish),
    streaming: entry.stream ? true : null,
    costNano: null,
  }
}

function seen(span: Span, request: number, entry: Truth | null): Call {
  return {
    request,
    failed: span.status === 'error' || span.finishReason === 'error',
    inputTokens: span.inputTokens,
    // an embedding has no output: some write 0
    outputTokens: span.kind === 'embedding' ? nonzero(span.outputTokens) : span.outputTokens,
    cacheReadTokens: nonzero(span.cacheReadTokens),
    cacheWriteTokens: nonzero(span.cacheWriteTokens),
    reasoningTokens: nonzero(span.reasoningTokens),
    requestModel: span.requestModel,
    responseModel: span.responseModel,
    responseId: span.responseId,
    finishReason: entry?.status === 200 ? span.finishReason : null,
    streaming: span.streaming === true ? true : null,
    costNano: span.costNano,
  }
}

/** What the invoice says for the usage that is held; unknown where half of it is lost. */
function cost(call: Call, entry: Truth, span: Span): number | null {
  const kind = entry.path === '/embeddings' ? 'embedding' : 'llm'
  const provider = entry.path === '/messages' ? 'anthropic' : providerOf(entry.path)
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens, requestModel, responseModel } =
    call
  const billed = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens }
  const models = { requestModel, responseModel }
  return pricer.price({ ...span, ...billed, ...models, kind, provider, costNano: null, costSource: null }).costNano
}

function providerOf(path: string): string {
  if (path.includes('/models/')) return 'gcp.gemini'
  return path.startsWith('/model/') ? 'aws.bedrock' : 'openai'
}

function usd(nano: number): string {
  return `$${(nano / 1e9).toFixed(6)}`
}

/** What one request costs by the provider's own count, whatever the library told of it. */
function invoiced(entry: Truth): number | null {
  if (entry.status !== 200) return null
  const call = { ...facts({ ...entry, usageTold: true }, 0), requestModel: entry.model }
  return cost(call, entry, sampleSpan())
}

/** A part of 0 tokens and a part that is not told cost the same. */
function nonzero(count: number | null): number | null {
  return count === 0 ? null : count
}

export interface Facts {
  readonly agents: readonly string[]
  readonly tools: readonly string[]
  readonly workflows: readonly string[]
  readonly sessions: readonly string[]
  readonly users: readonly string[]
  readonly traces: number
}

/** What a run says beside its calls. */
export function factsOf(spans: readonly Span[]): Facts {
  const distinct = (values: readonly (string | null)[]) => [...new Set(values.filter((value) => value !== null))].sort()
  return {
    agents: distinct(spans.map(({ agent }) => agent)),
    tools: spans
      .filter(({ kind }) => kind === 'tool')
      .map(({ toolName }) => toolName ?? '?')
      .sort(),
    workflows: distinct(spans.map(({ workflow }) => workflow)),
    sessions: distinct(spans.map(({ sessionId }) => sessionId)),
    users: distinct(spans.map(({ userId }) => userId)),
    traces: new Set(spans.map(({ traceId }) => traceId)).size,
  }
}

/** One line of the golden table: counted calls, tokens and cost as told, and what the provider billed. */
export function line(spans: readonly Span[], { truth }: Payload, title: string): string {
  const calls = spans.filter(isCall)
  const total = (pick: (span: Span) => number | null) => calls.reduce((sum, span) => sum + (pick(span) ?? 0), 0)
  const billed = (pick: (entry: Truth) => number | null) => truth.reduce((sum, entry) => sum + (pick(entry) ?? 0), 0)
  const beside = (told: number | string, all: number | string) => (told === all ? `${told}` : `${told} of ${all}`)
  return [
    title.padEnd(66),
    beside(calls.length, truth.length).padEnd(9),
    beside(
      total((span) => span.inputTokens),
      billed((entry) => entry.input),
    ).padEnd(15),
    beside(
      total((span) => span.outputTokens),
      billed((entry) => entry.output),
    ).padEnd(13),
    beside(
      total((span) => span.cacheReadTokens),
      billed((entry) => entry.cacheRead),
    ).padEnd(13),
    beside(
      total((span) => span.cacheWriteTokens),
      billed((entry) => entry.cacheWrite),
    ).padEnd(13),
    beside(
      total((span) => span.reasoningTokens),
      billed((entry) => entry.reasoning),
    ).padEnd(11),
    beside(usd(total((span) => span.costNano)), usd(billed(invoiced))),
  ].join(' ')
}

export const heading = [
  'library'.padEnd(66),
  'calls'.padEnd(9),
  'input'.padEnd(15),
  'output'.padEnd(13),
  'cache read'.padEnd(13),
  'cache write'.padEnd(13),
  'reasoning'.padEnd(11),
  'cost',
].join(' ')
