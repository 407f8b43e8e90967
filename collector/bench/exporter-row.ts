/** A span to its row in the OpenTelemetry exporter's table: every attribute a text in a map, as that exporter writes it. */
import type { RawSpan } from '../src/receive/raw.ts'
import type { Attributes, AttributeValue } from '../src/span.ts'
import { type Bytes, createBytes, writeBigInteger, writeCount, writeText, written } from '../src/store/bytes.ts'

export const exporterColumns = [
  'Timestamp,TraceId,SpanId,ParentSpanId,TraceState,SpanName,SpanKind,ServiceName,ResourceAttributes,ScopeName',
  'ScopeVersion,SpanAttributes,Duration,StatusCode,StatusMessage,Events.Timestamp,Events.Name,Events.Attributes',
  'Links.TraceId,Links.SpanId,Links.TraceState,Links.Attributes',
].join(',')

const kinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const statuses = ['Unset', 'Ok', 'Error']

/** RowBinary. */
export function encodeExporterRows(spans: readonly RawSpan[]): Buffer {
  const out = createBytes(spans.length * 2048)
  for (const span of spans) writeRow(out, span)
  return written(out)
}

function writeRow(out: Bytes, span: RawSpan): void {
  writeBigInteger(out, span.startNs)
  writeText(out, span.traceId)
  writeText(out, span.spanId)
  writeText(out, span.parentSpanId ?? '')
  writeText(out, '')
  writeText(out, span.name)
  writeText(out, kinds[span.spanKind] ?? 'Unspecified')
  writeText(out, String(span.resource['service.name'] ?? ''))
  writeMap(out, span.resource)
  writeText(out, span.scope.name)
  writeText(out, span.scope.version)
  writeMap(out, span.attributes)
  writeBigInteger(out, span.endNs - span.startNs)
  writeText(out, statuses[span.statusCode] ?? 'Unset')
  writeText(out, span.statusMessage)
  writeCount(out, span.events.length)
  for (const { timeNs } of span.events) writeBigInteger(out, timeNs)
  writeCount(out, span.events.length)
  for (const { name } of span.events) writeText(out, name)
  writeCount(out, span.events.length)
  for (const { attributes } of span.events) writeMap(out, attributes)
  // links: four empty lists
  for (let list = 0; list < 4; list++) writeCount(out, 0)
}

function writeMap(out: Bytes, attributes: Attributes): void {
  const keys = Object.keys(attributes)
  writeCount(out, keys.length)
  for (const key of keys) {
    writeText(out, key)
    writeText(out, textOf(attributes[key]!))
  }
}

const textOf = (value: AttributeValue): string => (typeof value === 'string' ? value : JSON.stringify(value))
