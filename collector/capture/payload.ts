import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLineage, inherit } from '../src/enrich/lineage.ts'
import { createPricer } from '../src/enrich/price.ts'
import { canonical } from '../src/receive/dialects/canonical.ts'
import { attachLogs } from '../src/receive/dialects/logs.ts'
import { decodeTraces as decodeJson, decodeLogs as decodeJsonLogs } from '../src/receive/json.ts'
import { defaultLimits } from '../src/receive/limits.ts'
import { decodeTraces as decodeWire, decodeLogs as decodeWireLogs } from '../src/receive/protobuf.ts'
import type { RawSpan } from '../src/receive/raw.ts'
import type { Span, SpanLog } from '../src/span.ts'
import type { Truth } from './provider.ts'

/** What one library sent, and what the provider billed at the same time. Written by `capture.ts`. */
export interface Payload {
  readonly library: string
  readonly versions: Readonly<Record<string, string>>
  readonly requests: readonly { readonly path: string; readonly contentType: string; readonly body: unknown }[]
  readonly truth: readonly Truth[]
}

/** What a reader of the payload must find, checked by hand. Written by people, beside the payload. */
export interface Expected {
  /** The library and its instrumentation, for the golden table. */
  readonly title: string
  /** What the payload does not hold or tells wrongly, in words an engineer can act on. */
  readonly loses: readonly string[]
  /** By canonical field: of which requests to the provider (or all) the payload holds nothing. `span`: the whole call. */
  readonly lost?: Readonly<Record<string, 'all' | readonly number[]>>
  /** By canonical field and request: what the library says instead of the truth. */
  readonly wrong?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>
  /** Calls told a second time by spans that nothing in the payload joins with the first, and that hold no usage. */
  readonly unjoined?: number
  /** What agents tell of calls that no span tells, by agent, model and input. */
  readonly sums?: readonly Sum[]
  /** Names of agents, and of tools as often as they ran. */
  readonly agents: readonly string[]
  readonly tools: readonly string[]
  readonly workflows: readonly string[]
  readonly sessions: readonly string[]
  readonly users: readonly string[]
  /** How many traces the library makes of the program. */
  readonly traces: number
}

export interface Sum {
  readonly agent: string | null
  readonly model: string | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
}

/** Bytes of a request as a sender sends them. */
export interface Sent {
  readonly path: string
  readonly isJson: boolean
  readonly body: Uint8Array
}

/** Names of the payloads; `checked` are those whose expectations somebody wrote. */
export const payloads: readonly string[] = jsonIn('payloads')
export const checked: readonly string[] = jsonIn('expect')

function jsonIn(directory: string): readonly string[] {
  return readdirSync(join(import.meta.dirname, directory))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
}

export function payload(name: string): Payload {
  return read(`payloads/${name}.json`) as Payload
}

export function expected(name: string): Expected {
  return read(`expect/${name}.json`) as Expected
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'))
}

export function sent({ requests }: Payload): readonly Sent[] {
  return requests.map(({ path, body }) => ({
    path,
    isJson: typeof body !== 'string',
    body: typeof body === 'string' ? Buffer.from(body, 'base64') : Buffer.from(JSON.stringify(body)),
  }))
}

export const pricer = createPricer([])

/** Everything between the wire and the store, and what is done again when a run is read. */
export function received(requests: readonly Sent[]): Span[] {
  const lineage = createLineage({ price: pricer.price })
  const stored = new Map<string, Span>()
  const logs: SpanLog[] = []
  const take = (spans: readonly RawSpan[]) => {
    const told = spans.map((raw) => canonical(raw, { contentMode: 'full', contentBytes: 32_768, tenant: null }))
    for (const span of lineage.apply(told)) stored.set(`${span.traceId} ${span.spanId}`, pricer.price(span))
  }
  for (const { path, isJson, body } of requests) {
    if (path.endsWith('/logs')) {
      const found = (isJson ? decodeJsonLogs : decodeWireLogs)(body, defaultLimits)
      logs.push(...found.logs)
      take(found.spans)
    } else take((isJson ? decodeJson : decodeWire)(body, defaultLimits).spans)
  }
  return attachLogs(inherit([...stored.values()].sort(byStart)).map(pricedAnew), logs)
}

/** A call whose word is another span's now has no cost yet. */
function pricedAnew(span: Span): Span {
  return span.costSource === null ? pricer.price(span) : span
}

export function byStart(a: Span, b: Span): number {
  if (a.startNs !== b.startNs) return a.startNs < b.startNs ? -1 : 1
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0
}

export const isCall = ({ kind, counted }: Span): boolean => counted && (kind === 'llm' || kind === 'embedding')
