import { PbfWriter } from 'pbf'
import type { RawSpan } from '../src/receive/raw.ts'
import type { Attributes, AttributeValue } from '../src/span.ts'

/** An ExportTraceServiceRequest in protobuf, as an exporter sends it. All spans share the resource and scope of the first. */
export function otlpBody(spans: readonly RawSpan[]): Buffer {
  const out = new PbfWriter()
  out.writeMessage(1, writeResourceSpans, spans)
  return Buffer.from(out.finish())
}

function writeResourceSpans(spans: readonly RawSpan[], out: PbfWriter): void {
  out.writeMessage(1, writeAttributes(1), spans[0]!.resource)
  out.writeMessage(2, writeScopeSpans, spans)
}

function writeScopeSpans(spans: readonly RawSpan[], out: PbfWriter): void {
  out.writeMessage(1, writeScope, spans[0]!.scope)
  for (const span of spans) out.writeMessage(2, writeSpan, span)
}

function writeScope(scope: RawSpan['scope'], out: PbfWriter): void {
  out.writeStringField(1, scope.name)
  out.writeStringField(2, scope.version)
}

function writeSpan(span: RawSpan, out: PbfWriter): void {
  out.writeBytesField(1, Buffer.from(span.traceId, 'hex'))
  out.writeBytesField(2, Buffer.from(span.spanId, 'hex'))
  if (span.parentSpanId !== null) out.writeBytesField(4, Buffer.from(span.parentSpanId, 'hex'))
  out.writeStringField(5, span.name)
  out.writeVarintField(6, span.spanKind)
  writeTime(7, span.startNs, out)
  writeTime(8, span.endNs, out)
  writeAttributes(9)(span.attributes, out)
  for (const event of span.events) out.writeMessage(11, writeEvent, event)
  if (span.statusCode !== 0) out.writeMessage(15, writeStatus, span)
}

function writeEvent(event: RawSpan['events'][number], out: PbfWriter): void {
  writeTime(1, event.timeNs, out)
  out.writeStringField(2, event.name)
  writeAttributes(3)(event.attributes, out)
}

function writeStatus(span: RawSpan, out: PbfWriter): void {
  out.writeStringField(2, span.statusMessage)
  out.writeVarintField(3, span.statusCode)
}

/** fixed64, little endian; the writer's own takes numbers only. */
function writeTime(field: number, ns: bigint, out: PbfWriter): void {
  out.writeTag(field, 1)
  out.writeFixed32(Number(ns & 0xffff_ffffn))
  out.writeFixed32(Number(ns >> 32n))
}

const writeAttributes = (field: number) => (attributes: Attributes, out: PbfWriter) => {
  for (const key in attributes) out.writeMessage(field, writeKeyValue, [key, attributes[key]!] as const)
}

function writeKeyValue([key, value]: readonly [string, AttributeValue], out: PbfWriter): void {
  out.writeStringField(1, key)
  out.writeMessage(2, writeValue, value)
}

function writeValue(value: AttributeValue, out: PbfWriter): void {
  if (typeof value === 'string') out.writeStringField(1, value)
  else if (typeof value === 'boolean') out.writeBooleanField(2, value)
  else if (typeof value === 'number' && Number.isInteger(value)) out.writeVarintField(3, value)
  else if (typeof value === 'number') out.writeDoubleField(4, value)
  else if (Array.isArray(value)) out.writeMessage(5, writeItems, value as readonly AttributeValue[])
}

function writeItems(items: readonly AttributeValue[], out: PbfWriter): void {
  for (const item of items) out.writeMessage(1, writeValue, item)
}
