import Fastify, { type FastifyInstance } from 'fastify'
import { PbfReader } from 'pbf'
import type { SpanLog } from '../span.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { RawSpan } from './raw.ts'
import { type Counts, type ReceiveParts, receiveRoutes } from './routes.ts'

/** For tests: a receiver that keeps what it is given. Nothing of it stands in for a part of this room. */
export interface Collected {
  readonly parts: ReceiveParts
  readonly spans: RawSpan[]
  readonly logs: SpanLog[]
  readonly counts: Counts[]
  readonly tenants: (string | null)[]
}

export function collect(limits: Partial<Limits> = {}, parts: Partial<ReceiveParts> = {}): Collected {
  const spans: RawSpan[] = []
  const logs: SpanLog[] = []
  const counts: Counts[] = []
  const tenants: (string | null)[] = []
  return {
    spans,
    logs,
    counts,
    tenants,
    parts: {
      limits: { ...defaultLimits, ...limits },
      authorize: () => ({ tenant: null }),
      async accept(more, { tenant }) {
        for (const span of more) spans.push(span)
        tenants.push(tenant)
      },
      async acceptLogs(more) {
        for (const log of more) logs.push(log)
      },
      observe: (seen) => counts.push(seen),
      ...parts,
    },
  }
}

export async function serve({ parts }: Collected): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(receiveRoutes(parts))
  return app
}

/** Sends one request to `collected`, without a socket. */
export async function post(
  body: Buffer | string,
  headers: Record<string, string>,
  collected = collect(),
  url = '/v1/traces',
) {
  const app = await serve(collected)
  const reply = await app.inject({ method: 'POST', url, payload: body, headers })
  await app.close()
  return reply
}

/** Fields of a protobuf answer by number: numbers, or texts and messages as bytes. */
export function fieldsOf(bytes: Buffer): Record<number, unknown> {
  return new PbfReader(bytes).readFields<Record<number, unknown>>((field, into, reader) => {
    into[field] = reader.type === 0 ? reader.readVarint() : Buffer.from(reader.readBytes())
  }, {})
}
