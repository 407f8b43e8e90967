import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire'
import type { SampleAttribute, SampleGroup, SampleLog, SampleSpan, SampleValue } from '../src/receive/sample.ts'

/** A captured trace request as groups of spans, from either encoding. */
export function tracesOf(body: unknown): SampleGroup<SampleSpan>[] {
  const { resourceSpans = [] } = (
    typeof body === 'string' ? request(Buffer.from(body, 'base64'), spanOf, 'Spans', 'spans') : body
  ) as TracesRequest
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.map(({ scope, spans = [] }) => group(resource, scope, spans)),
  )
}

/** A captured log request as groups of records. */
export function logsOf(body: unknown): SampleGroup<SampleLog>[] {
  const { resourceLogs = [] } = (
    typeof body === 'string' ? request(Buffer.from(body, 'base64'), logOf, 'Logs', 'logRecords') : body
  ) as LogsRequest
  return resourceLogs.flatMap(({ resource, scopeLogs = [] }) =>
    scopeLogs.map(({ scope, logRecords = [] }) => group(resource, scope, logRecords)),
  )
}

type Resource = { attributes?: SampleAttribute[] }
type Scope = { name?: string; version?: string }
interface TracesRequest {
  resourceSpans?: { resource?: Resource; scopeSpans?: { scope?: Scope; spans?: SampleSpan[] }[] }[]
}
interface LogsRequest {
  resourceLogs?: { resource?: Resource; scopeLogs?: { scope?: Scope; logRecords?: SampleLog[] }[] }[]
}

function group<T>(resource: Resource | undefined, scope: Scope | undefined, things: T[]): SampleGroup<T> {
  return { ...(resource === undefined ? {} : { resource }), ...(scope === undefined ? {} : { scope }), things }
}

type Read = (reader: BinaryReader, wire: WireType) => unknown
interface Field {
  readonly name: string
  readonly read: Read
  readonly many?: boolean
}

/** One protobuf message as an object, by its field numbers; unknown fields are skipped. */
function message(bytes: Uint8Array, fields: Readonly<Record<number, Field>>): Record<string, unknown> {
  const reader = new BinaryReader(bytes)
  const found: Record<string, unknown> = {}
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    const field = fields[number]
    if (field === undefined) {
      reader.skip(wire)
      continue
    }
    const value = field.read(reader, wire)
    if (field.many) found[field.name] = [...((found[field.name] as unknown[]) ?? []), value]
    else found[field.name] = value
  }
  return found
}

const text: Read = (reader) => reader.string()
const hex: Read = (reader) => Buffer.from(reader.bytes()).toString('hex')
const whole: Read = (reader) => reader.uint32()
const time: Read = (reader) => String(reader.fixed64())
const inner =
  (fields: () => Readonly<Record<number, Field>>): Read =>
  (reader) =>
    message(reader.bytes(), fields())
const attributes = (name = 'attributes'): Field => ({ name, read: inner(() => attributeOf), many: true })
const attributeOf: Readonly<Record<number, Field>> = {
  1: { name: 'key', read: text },
  2: { name: 'value', read: (reader) => anyValue(reader.bytes()) },
}

function anyValue(bytes: Uint8Array): SampleValue {
  return message(bytes, {
    1: { name: 'stringValue', read: text },
    2: { name: 'boolValue', read: (reader) => reader.bool() },
    3: { name: 'intValue', read: (reader) => String(reader.int64()) },
    4: { name: 'doubleValue', read: (reader) => reader.double() },
    5: {
      name: 'arrayValue',
      read: (reader) => ({
        values: [],
        ...message(reader.bytes(), { 1: { name: 'values', read: (r) => anyValue(r.bytes()), many: true } }),
      }),
    },
    6: {
      name: 'kvlistValue',
      read: (reader) => ({ values: [], ...message(reader.bytes(), { 1: attributes('values') }) }),
    },
    7: { name: 'bytesValue', read: (reader) => Buffer.from(reader.bytes()).toString('base64') },
  }) as SampleValue
}

const spanOf: Readonly<Record<number, Field>> = {
  1: { name: 'traceId', read: hex },
  2: { name: 'spanId', read: hex },
  4: { name: 'parentSpanId', read: hex },
  5: { name: 'name', read: text },
  6: { name: 'kind', read: whole },
  7: { name: 'startTimeUnixNano', read: time },
  8: { name: 'endTimeUnixNano', read: time },
  9: attributes(),
  11: {
    name: 'events',
    read: inner(() => ({ 1: { name: 'timeUnixNano', read: time }, 2: { name: 'name', read: text }, 3: attributes() })),
    many: true,
  },
  13: {
    name: 'links',
    read: inner(() => ({ 1: { name: 'traceId', read: hex }, 2: { name: 'spanId', read: hex }, 4: attributes() })),
    many: true,
  },
  15: {
    name: 'status',
    read: inner(() => ({ 2: { name: 'message', read: text }, 3: { name: 'code', read: whole } })),
  },
}

const logOf: Readonly<Record<number, Field>> = {
  1: { name: 'timeUnixNano', read: time },
  5: { name: 'body', read: (reader) => anyValue(reader.bytes()) },
  6: attributes(),
  9: { name: 'traceId', read: hex },
  10: { name: 'spanId', read: hex },
  11: { name: 'observedTimeUnixNano', read: time },
  12: { name: 'eventName', read: text },
}

function request(bytes: Uint8Array, thing: Readonly<Record<number, Field>>, Things: string, things: string): unknown {
  const scope = { 1: { name: 'name', read: text }, 2: { name: 'version', read: text } }
  const scoped = {
    1: { name: 'scope', read: inner(() => scope) },
    2: { name: things, read: inner(() => thing), many: true },
  }
  const resourced = {
    1: { name: 'resource', read: inner(() => ({ 1: attributes() })) },
    2: { name: `scope${Things}`, read: inner(() => scoped), many: true },
  }
  return message(bytes, { 1: { name: `resource${Things}`, read: inner(() => resourced), many: true } })
}
