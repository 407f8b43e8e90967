/** One JSON request to the collector. Its connections are kept for the next one and never keep the process alive. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { context, createContextKey } from '@opentelemetry/api'

export interface Wire {
  /** Origin and path prefix of the collector, without a slash at the end. */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
}

/** What came back: an answer that can be read, or why there is none. */
export type Reply =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body: unknown
      readonly retryAfterMs: number | undefined
    }
  | { readonly kind: 'silence'; readonly why: string }

const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }

/** An answer of the gate is some kilobytes; more is not from the gate. */
const MOST_BYTES = 1024 * 1024

/** Never rejects. `millis` is for everything: connecting, asking, reading. */
export function post(wire: Wire, path: string, body: unknown, millis: number): Promise<Reply> {
  return replyTo(() => {
    const text = JSON.stringify(body)
    const headers = { ...wire.headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const signal = within(millis)
    return asking(wire, path, { method: 'POST', headers, signal }, text)
  })
}

/** As `post`. An abort of `signal` is a silence, too. */
export function get(wire: Wire, path: string, millis: number, signal?: AbortSignal): Promise<Reply> {
  const over = signal === undefined ? within(millis) : AbortSignal.any([signal, within(millis)])
  return replyTo(() => asking(wire, path, { method: 'GET', headers: wire.headers, signal: over }))
}

const within = (millis: number) => AbortSignal.timeout(Math.max(1, Math.ceil(millis)))

function asking(wire: Wire, path: string, how: Asking, text?: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  open(wire, path, how, resolve, reject).end(text)
  return promise
}

async function replyTo(ask: () => Promise<IncomingMessage>): Promise<Reply> {
  try {
    const response = await ask()
    return {
      kind: 'answer',
      status: response.statusCode ?? 0,
      body: await jsonOf(response),
      retryAfterMs: seconds(response.headers['retry-after']),
    }
  } catch (error) {
    return { kind: 'silence', why: codeOf(error) }
  }
}

interface Asking {
  readonly method: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly signal: AbortSignal
}

const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/** Instrumentations of the application's HTTP do not see it. */
export function open(
  { base }: Wire,
  path: string,
  asking: Asking,
  onResponse: (response: IncomingMessage) => void,
  onError: (error: Error) => void,
) {
  const url = new URL(base + path)
  const secure = url.protocol === 'https:'
  const settings = { ...asking, agent: secure ? agents['https:'] : agents['http:'] }
  const quiet = context.active().setValue(SUPPRESS_TRACING, true)
  return context.with(quiet, () =>
    (secure ? httpsRequest : httpRequest)(url, settings, onResponse).on('error', onError),
  )
}

/** Undefined where the body is not JSON, or too long to be an answer. */
async function jsonOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += (chunk as Buffer).length
    if (size > MOST_BYTES) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    return undefined
  }
}

function seconds(header: string | undefined): number | undefined {
  const told = Number(header ?? Number.NaN)
  return told >= 0 ? told * 1000 : undefined
}

/** A system's code; never a message, which may quote what was sent. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no answer'
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer in time'
  return typeof code === 'string' ? code : 'no answer'
}
