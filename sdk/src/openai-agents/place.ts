/** Where the spans of the OpenAI Agents SDK stand in OpenTelemetry's context: the one knows nothing of the other. */
import type { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, context } from '@opentelemetry/api'

const contexts = new Map<string, Context>()

/** Of traces and spans whose end nobody tells the oldest are forgotten. */
const MOST = 10_000

/** Inside the trace or span of that ID. */
export const place = (id: string): Context => contexts.get(id) ?? context.active()

export function remember(id: string, within: Context): void {
  const [oldest] = contexts.keys()
  if (contexts.size >= MOST && oldest !== undefined) contexts.delete(oldest)
  contexts.set(id, within)
}

export function forget(id: string): void {
  contexts.delete(id)
}

interface Store {
  readonly span?: { readonly spanId?: string }
  readonly trace?: { readonly traceId?: string }
}

/** Inside the span that the SDK has open here, which all its copies keep under one name. */
export function currentPlace(): Context {
  const home = globalThis as { [key: symbol]: AsyncLocalStorage<Store> | undefined }
  const { span, trace } = home[Symbol.for('openai.agents.core.asyncLocalStorage')]?.getStore?.() ?? {}
  return contexts.get(span?.spanId ?? '') ?? contexts.get(trace?.traceId ?? '') ?? context.active()
}
