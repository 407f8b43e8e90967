/** OTLP over gRPC: the same three signals, limits and outcomes as over HTTP, in gRPC's words. */
import { createServer } from 'node:net'
import {
  type Metadata as GrpcMetadata,
  Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js'
import type { OutriderError } from '../errors.ts'
import { createInFlight, type InFlight } from './in-flight.ts'
import { refusalOf } from './refusal.ts'
import type { ReceiveParts } from './routes.ts'
import { encodeAnswer, type Outcome, type Signal, signals } from './signal.ts'
import { encodeStatus, grpcCodeOf } from './status.ts'

export interface GrpcServer {
  readonly port: number
  /** Takes no new calls, finishes those at work, then closes every connection. Idempotent. */
  close(): Promise<void>
}

/** How long calls at work may take to finish once the server closes. */
const graceMs = 5_000

/** Resolves once it listens; rejects with the system's error (`code: EADDRINUSE`, …) where it cannot. */
export async function startGrpc(parts: ReceiveParts, at: { host: string; port: number }): Promise<GrpcServer> {
  const inFlight = parts.inFlight ?? createInFlight(parts.limits.inFlightBytes)
  const server = new Server({
    interceptors: [admission(parts, inFlight)],
    'grpc.max_receive_message_length': parts.limits.bodyBytes,
    'grpc.max_concurrent_streams': 128,
  })
  for (const signal of signals) server.addService(...service(signal, parts, inFlight))
  const port = await listen(server, at)
  let closing: Promise<void> | undefined
  return {
    port,
    close() {
      closing ??= new Promise((resolve) => {
        const force = setTimeout(() => server.forceShutdown(), graceMs)
        server.tryShutdown(() => {
          clearTimeout(force)
          resolve()
        })
      })
      return closing
    },
  }
}

type Service = [ServiceDefinition, { export: (call: Call, reply: sendUnaryData<Outcome>) => void }]
type Call = ServerUnaryCall<Buffer, Outcome>

function service(signal: Signal, parts: ReceiveParts, inFlight: InFlight): Service {
  const definition: ServiceDefinition = {
    export: {
      path: `/${signal.grpcService}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: encodeAnswer,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  }
  const take = async ({ request, metadata }: Call): Promise<Outcome> => {
    const share = inFlight.enter()
    try {
      const who = parts.authorize(headersOf(metadata))
      share.add(request.length)
      const outcome = await signal.take(request, 'protobuf', parts, who)
      parts.observe?.({ signal: signal.name, ...outcome, bytes: request.length })
      return outcome
    } finally {
      share.leave()
    }
  }
  return [
    definition,
    {
      export: (call, reply) => {
        take(call).then(
          (outcome) => reply(null, outcome, countsOf(outcome)),
          (error: unknown) => {
            const refusal = refusalOf(error)
            if (refusal.code === 'OUT_RECEIVE_FAILED') parts.log?.error({ err: error }, 'telemetry refused')
            reply(statusOf(refusal))
          },
        )
      },
    },
  ]
}

/** What a call weighs while its message is on its way: how large it is shows only when it is there, inflated. */
const comingBytes = 8 * 1024 * 1024

/** Asks who calls, and whether there is room, before a byte of the message is read. */
function admission(parts: ReceiveParts, inFlight: InFlight): ServerInterceptor {
  return (_method, call) => {
    const share = inFlight.enter()
    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, pass) {
            try {
              parts.authorize(headersOf(metadata))
              share.add(Math.min(comingBytes, parts.limits.bodyBytes))
            } catch (error) {
              call.sendStatus(statusOf(refusalOf(error)))
              return
            }
            pass(metadata)
          },
          onReceiveMessage(message, pass) {
            share.leave()
            pass(message)
          },
          onCancel: () => share.leave(),
        })
      },
    })
  }
}

function headersOf(metadata: GrpcMetadata): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(metadata.getMap())) if (typeof value === 'string') headers[name] = value
  return headers
}

function statusOf(refusal: OutriderError) {
  const metadata = new Metadata()
  metadata.set('grpc-status-details-bin', encodeStatus(refusal))
  return { code: grpcCodeOf(refusal), details: `${refusal.code}: ${refusal.message}`, metadata }
}

function countsOf({ accepted, rejected }: Outcome): GrpcMetadata {
  const metadata = new Metadata()
  metadata.set('x-outrider-accepted', String(accepted))
  metadata.set('x-outrider-rejected', String(rejected))
  return metadata
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  if (port !== 0) await probe(host, port)
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound)
      else reject(error)
    })
  })
}

/** gRPC tells only that it could not listen; the system, asked first, tells why. */
function probe(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createServer()
    socket.once('error', reject)
    socket.listen({ host, port }, () => socket.close(() => resolve()))
  })
}
