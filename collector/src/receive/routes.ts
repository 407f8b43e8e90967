/**
 * OTLP over HTTP: `POST /v1/traces`, `/v1/logs`, `/v1/metrics`, protobuf and JSON. Knows bytes, limits and what an OTLP
 * client does with each status; refuses to know what a span means or where it is stored.
 */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { OutriderError } from '../errors.ts'
import { readBody } from './body.ts'
import { createInFlight, type InFlight } from './in-flight.ts'
import { refusalOf } from './refusal.ts'
import { type Encoding, encodeAnswer, jsonAnswer, type Receiver, type Signal, signals, type Who } from './signal.ts'
import { encodeStatus, retrySecondsOf } from './status.ts'

export interface Counts {
  readonly signal: Signal['name']
  /** Spans, log records or metrics. */
  readonly accepted: number
  readonly rejected: number
  /** Decoded bytes of the request. */
  readonly bytes: number
}

export interface ReceiveParts extends Receiver {
  /** Who sends; throws `OutriderError`. Called before a byte of the body is read. */
  authorize(headers: Readonly<Record<string, string | string[] | undefined>>): Who
  /** Told after every answered request. */
  observe?: (counts: Counts) => void
  /** Where gRPC tells of what nobody foresaw; HTTP has the request's own log. */
  readonly log?: { error(fields: object, text: string): void }
  /** Shared by HTTP and gRPC when given; else each has `limits.inFlightBytes` of its own. */
  readonly inFlight?: InFlight
}

export function receiveRoutes(parts: ReceiveParts): FastifyPluginAsync {
  const inFlight = parts.inFlight ?? createInFlight(parts.limits.inFlightBytes)
  return async (app) => {
    // bodies stay streams: they are read only once their sender is known and their headers make sense
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    app.setErrorHandler((error, request, reply) => refuse(error, request, reply, parts))
    for (const signal of signals) {
      app.post(signal.path, { config: { scope: 'ingest' } }, async (request, reply) => {
        const who = parts.authorize(request.headers)
        const encoding = encodingOf(request)
        const share = inFlight.enter()
        try {
          const body = await readBody(request.body as Readable, request.headers, parts.limits, share)
          const outcome = await signal.take(body, encoding, parts, who)
          parts.observe?.({ signal: signal.name, ...outcome, bytes: body.length })
          reply.header('x-outrider-accepted', outcome.accepted).header('x-outrider-rejected', outcome.rejected)
          if (encoding === 'json') return jsonAnswer(signal, outcome)
          reply.type('application/x-protobuf')
          return encodeAnswer(outcome)
        } finally {
          share.leave()
        }
      })
    }
  }
}

const encodings: Readonly<Record<string, Encoding>> = {
  'application/x-protobuf': 'protobuf',
  'application/json': 'json',
}

function encodingOf(request: FastifyRequest): Encoding {
  const encoding = declaredEncoding(request)
  if (encoding === undefined || request.body === undefined) {
    throw new OutriderError('OUT_TYPE_UNKNOWN', 'This content type is not taken here.', { field: 'content-type' })
  }
  return encoding
}

function declaredEncoding({ headers }: FastifyRequest): Encoding | undefined {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1)
  const name = type.trim().toLowerCase()
  return Object.hasOwn(encodings, name) ? encodings[name] : undefined
}

/** OTLP wants a failure in the request's own encoding; unknown ones get JSON. */
async function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, { limits }: ReceiveParts) {
  const refusal = refusalOf(error)
  if (refusal.code === 'OUT_RECEIVE_FAILED') request.log.error({ err: error }, 'telemetry refused')
  const seconds = retrySecondsOf(refusal)
  if (seconds !== null) reply.header('retry-after', String(seconds))
  if (!(await drained(request.raw, 4 * limits.bodyBytes))) reply.header('connection', 'close')
  reply.code(refusal.status)
  if (declaredEncoding(request) !== 'protobuf') return refusal.toJSON()
  reply.type('application/x-protobuf')
  return encodeStatus(refusal)
}

/**
 * Reads away what a refused client still sends: one that is cut off while it sends never sees its answer, and comes back
 * with the same. False where more than `most` bytes come, or the client goes away.
 */
async function drained(raw: IncomingMessage, most: number): Promise<boolean> {
  if (raw.readableEnded) return true
  let left = most
  const watch = new AbortController()
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) watch.abort()
  })
  try {
    await finished(raw, { writable: false, signal: watch.signal })
    return true
  } catch {
    return false
  }
}
