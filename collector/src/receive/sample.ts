import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** OTLP for tests: one request as plain data, and both of its encodings (the protobuf one by another library's writer). */
export type SampleValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string | number }
  | { doubleValue: number | null }
  | { bytesValue: string }
  | { arrayValue: { values: SampleValue[] } }
  | { kvlistValue: { values: SampleAttribute[] } }
  | Record<string, never>
export interface SampleAttribute {
  key: string
  value: SampleValue
}
export interface SampleSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind?: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: SampleAttribute[]
  droppedAttributesCount?: number
  events?: { timeUnixNano: string; name: string; attributes?: SampleAttribute[] }[]
  links?: { traceId: string; spanId: string; attributes?: SampleAttribute[] }[]
  status?: { code?: number; message?: string }
}
export interface SampleLog {
  timeUnixNano?: string
  observedTimeUnixNano?: string
  body?: SampleValue
  attributes?: SampleAttribute[]
  traceId?: string
  spanId?: string
  eventName?: string
}
export interface SampleGroup<T> {
  resource?: { attributes?: SampleAttribute[] }
  scope?: { name?: string; version?: string }
  things: T[]
}

export function jsonTraces(groups: SampleGroup<SampleSpan>[]): Buffer {
  const resourceSpans = groups.map(({ resource, scope, things }) => ({
    resource,
    scopeSpans: [{ scope, spans: things }],
  }))
  return Buffer.from(JSON.stringify({ resourceSpans }))
}

export function jsonLogs(groups: SampleGroup<SampleLog>[]): Buffer {
  const resourceLogs = groups.map(({ resource, scope, things }) => ({
    resource,
    scopeLogs: [{ scope, logRecords: things }],
  }))
  return Buffer.from(JSON.stringify({ resourceLogs }))
}

export function wireTraces(groups: SampleGroup<SampleSpan>[]): Buffer {
  return wireRequest(groups, writeSpan)
}

export function wireLogs(groups: SampleGroup<SampleLog>[]): Buffer {
  return wireRequest(groups, writeLog)
}

type Write<T> = (out: BinaryWriter, thing: T) => void

function wireRequest<T>(groups: SampleGroup<T>[], write: Write<T>): Buffer {
  const out = new BinaryWriter()
  for (const { resource, scope, things } of groups) {
    message(out, 1, () => {
      if (resource) message(out, 1, () => attributes(out, 1, resource.attributes))
      message(out, 2, () => {
        if (scope) {
          message(out, 1, () => {
            text(out, 1, scope.name)
            text(out, 2, scope.version)
          })
        }
        for (const thing of things) message(out, 2, () => write(out, thing))
      })
    })
  }
  return Buffer.from(out.finish())
}

function writeSpan(out: BinaryWriter, span: SampleSpan): void {
  bytes(out, 1, span.traceId)
  bytes(out, 2, span.spanId)
  bytes(out, 4, span.parentSpanId)
  text(out, 5, span.name)
  varint(out, 6, span.kind)
  time(out, 7, span.startTimeUnixNano)
  time(out, 8, span.endTimeUnixNano)
  attributes(out, 9, span.attributes)
  varint(out, 10, span.droppedAttributesCount)
  for (const event of span.events ?? []) {
    message(out, 11, () => {
      time(out, 1, event.timeUnixNano)
      text(out, 2, event.name)
      attributes(out, 3, event.attributes)
    })
  }
  for (const link of span.links ?? []) {
    message(out, 13, () => {
      bytes(out, 1, link.traceId)
      bytes(out, 2, link.spanId)
      attributes(out, 4, link.attributes)
    })
  }
  if (span.status) {
    const { message: said, code } = span.status
    message(out, 15, () => {
      text(out, 2, said)
      varint(out, 3, code)
    })
  }
}

function writeLog(out: BinaryWriter, log: SampleLog): void {
  time(out, 1, log.timeUnixNano)
  if (log.body) message(out, 5, () => value(out, log.body!))
  attributes(out, 6, log.attributes)
  bytes(out, 9, log.traceId)
  bytes(out, 10, log.spanId)
  time(out, 11, log.observedTimeUnixNano)
  text(out, 12, log.eventName)
}

function value(out: BinaryWriter, sent: SampleValue): void {
  if ('stringValue' in sent) out.tag(1, WireType.LengthDelimited).string(sent.stringValue as string)
  else if ('boolValue' in sent) out.tag(2, WireType.Varint).bool(sent.boolValue as boolean)
  else if ('intValue' in sent) out.tag(3, WireType.Varint).int64(sent.intValue as string)
  else if ('doubleValue' in sent) out.tag(4, WireType.Bit64).double((sent.doubleValue as number | null) ?? Number.NaN)
  else if ('bytesValue' in sent) {
    out.tag(7, WireType.LengthDelimited).bytes(Buffer.from(sent.bytesValue as string, 'base64'))
  } else if ('arrayValue' in sent) {
    message(out, 5, () => {
      for (const item of (sent.arrayValue as { values: SampleValue[] }).values) message(out, 1, () => value(out, item))
    })
  } else if ('kvlistValue' in sent) {
    message(out, 6, () => attributes(out, 1, (sent.kvlistValue as { values: SampleAttribute[] }).values))
  }
}

function attributes(out: BinaryWriter, field: number, list: SampleAttribute[] | undefined): void {
  for (const attribute of list ?? []) {
    message(out, field, () => {
      text(out, 1, attribute.key)
      message(out, 2, () => value(out, attribute.value))
    })
  }
}

function message(out: BinaryWriter, field: number, write: () => void): void {
  out.tag(field, WireType.LengthDelimited).fork()
  write()
  out.join()
}

function text(out: BinaryWriter, field: number, sent: string | undefined): void {
  if (sent !== undefined) out.tag(field, WireType.LengthDelimited).string(sent)
}

function bytes(out: BinaryWriter, field: number, hex: string | undefined): void {
  if (hex !== undefined) out.tag(field, WireType.LengthDelimited).bytes(Buffer.from(hex, 'hex'))
}

function varint(out: BinaryWriter, field: number, sent: number | undefined): void {
  if (sent !== undefined) out.tag(field, WireType.Varint).uint32(sent)
}

function time(out: BinaryWriter, field: number, sent: string | undefined): void {
  if (sent !== undefined) out.tag(field, WireType.Bit64).fixed64(sent)
}
