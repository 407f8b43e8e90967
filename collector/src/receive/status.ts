import { PbfWriter } from 'pbf'
import type { OutriderError } from '../errors.ts'

/** The gRPC codes that this room answers with. */
const grpcCode = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const

const byHttpStatus: Readonly<Record<number, number>> = {
  400: grpcCode.invalidArgument,
  401: grpcCode.unauthenticated,
  403: grpcCode.permissionDenied,
  413: grpcCode.resourceExhausted,
  415: grpcCode.unimplemented,
  // not RESOURCE_EXHAUSTED: clients may leave it at that one, and always come back after this one
  429: grpcCode.unavailable,
  503: grpcCode.unavailable,
}

export function grpcCodeOf(error: OutriderError): number {
  return byHttpStatus[error.status] ?? grpcCode.unavailable
}

/** Whole seconds after which a retry makes sense; null where it never does. */
export function retrySecondsOf(error: OutriderError): number | null {
  return error.retryable ? Math.max(1, Math.ceil(error.retryAfter ?? 1)) : null
}

/** A google.rpc.Status, with a google.rpc.RetryInfo where a retry makes sense. */
export function encodeStatus(error: OutriderError): Buffer {
  const out = new PbfWriter()
  const { message, hint } = error.toJSON().error
  out.writeVarintField(1, grpcCodeOf(error))
  out.writeStringField(2, `${error.code}: ${message} ${hint}`)
  const seconds = retrySecondsOf(error)
  if (seconds !== null) out.writeMessage(3, writeRetryInfo, seconds)
  return Buffer.from(out.finish())
}

function writeRetryInfo(seconds: number, out: PbfWriter): void {
  out.writeStringField(1, 'type.googleapis.com/google.rpc.RetryInfo')
  out.writeMessage(2, (value: number, info: PbfWriter) => info.writeMessage(1, writeDuration, value), seconds)
}

function writeDuration(seconds: number, out: PbfWriter): void {
  out.writeVarintField(1, seconds)
}
