/** OTLP JSON, as text of any size, into requests: large ones are split, small ones joined. Values pass unchanged. */
import { BATCH, BATCH_BYTES, type Batch, type Signal } from './otlp-batch.ts'

type Node = { readonly [key: string]: unknown }

interface Shape {
  readonly signal: Signal
  readonly resources: string
  readonly scopes: string
  readonly things: string
}

const shapes: readonly Shape[] = [
  { signal: 'traces', resources: 'resourceSpans', scopes: 'scopeSpans', things: 'spans' },
  { signal: 'logs', resources: 'resourceLogs', scopes: 'scopeLogs', things: 'logRecords' },
  { signal: 'metrics', resources: 'resourceMetrics', scopes: 'scopeMetrics', things: 'metrics' },
]

/** Parses without losing digits: OTLP/JSON writes 64-bit numbers as text or, in some exporters, as bare numbers. */
export function parseExact(text: string): unknown {
  if (!/[^"\d]\d{16}/.test(text)) return JSON.parse(text)
  return JSON.parse(text, function keep(this: unknown, _key: string, value: unknown, context?: { source?: string }) {
    const exact = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
    return exact ? context?.source : value
  } as (key: string, value: unknown) => unknown)
}

export interface JsonBatches {
  /** Takes one document: a request, or a list of them. False when it is no OTLP. */
  add(document: unknown): boolean
  /** The requests that are full; with `all`, the rest as well. */
  take(all: boolean): readonly Batch[]
}

export function createJsonBatches(): JsonBatches {
  const open = new Map<Shape, { parts: string[]; things: number; bytes: number }>()
  const full: Batch[] = []

  const close = (shape: Shape) => {
    const batch = open.get(shape)
    open.delete(shape)
    if (batch === undefined) return
    const body = `{"${shape.resources}":[${batch.parts.join(',')}]}`
    full.push({ signal: shape.signal, type: 'application/json', body, things: batch.things })
  }
  const put = (shape: Shape, part: Node, things: number) => {
    const text = JSON.stringify(part)
    const before = open.get(shape)
    if (before !== undefined && (before.things + things > BATCH || before.bytes + text.length > BATCH_BYTES))
      close(shape)
    const batch = open.get(shape) ?? { parts: [], things: 0, bytes: 0 }
    open.set(shape, batch)
    batch.parts.push(text)
    batch.things += things
    batch.bytes += text.length
  }

  return {
    add(document) {
      const requests = Array.isArray(document) ? document : [document]
      const known = requests.flatMap((request) => {
        const shape = shapes.find(({ resources }) => isNode(request) && Array.isArray(request[resources]))
        return shape === undefined ? [] : [{ shape, resources: (request as Node)[shape.resources] as unknown[] }]
      })
      if (known.length < requests.length || requests.length === 0) return false
      for (const { shape, resources } of known) {
        for (const resource of resources)
          for (const { part, things } of split(resource, shape)) put(shape, part, things)
      }
      return true
    },
    take(all) {
      if (all) for (const shape of [...open.keys()]) close(shape)
      return full.splice(0)
    },
  }
}

/** One resource as parts of at most `BATCH` things. What is not shaped as expected goes whole: the collector judges it. */
function* split(resource: unknown, { scopes, things }: Shape): Generator<{ part: Node; things: number }> {
  const listed = isNode(resource) ? resource[scopes] : undefined
  if (!isNode(resource) || !Array.isArray(listed)) {
    yield { part: resource as Node, things: 0 }
    return
  }
  const size = (scope: unknown) =>
    isNode(scope) && Array.isArray(scope[things]) ? (scope[things] as unknown[]).length : 0
  const total = listed.reduce<number>((sum, scope) => sum + size(scope), 0)
  if (total <= BATCH) {
    yield { part: resource, things: total }
    return
  }
  for (const scope of listed) {
    const inner = isNode(scope) && Array.isArray(scope[things]) ? (scope[things] as unknown[]) : []
    for (let at = 0; at < Math.max(1, inner.length); at += BATCH) {
      const some = inner.slice(at, at + BATCH)
      const part = inner.length === 0 ? scope : { ...(scope as Node), [things]: some }
      yield { part: { ...resource, [scopes]: [part] }, things: some.length }
    }
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
