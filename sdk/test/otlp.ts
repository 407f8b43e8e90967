/** Reads an OTLP trace request from protobuf, by the wire format alone: the tests trust no decoder of ours. */
type Field = bigint | Buffer
type Message = ReadonlyMap<number, readonly Field[]>

type Value = string | number | boolean | readonly Value[] | undefined

export interface CaughtSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, Value>>
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, Value>> }[]
  /** 0 unset, 1 ok, 2 error */
  readonly status: { readonly code: number; readonly message: string }
  readonly scope: string
  readonly resource: Readonly<Record<string, Value>>
}

export function spansOf(request: Buffer): CaughtSpan[] {
  return all(read(request), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(all(resourceSpans, 1)[0] ?? new Map(), 1)
    return all(resourceSpans, 2).flatMap((scopeSpans) => {
      const scope = text(all(scopeSpans, 1)[0] ?? new Map(), 1)
      return all(scopeSpans, 2).map((span) => spanOf(span, scope, resource))
    })
  })
}

function spanOf(span: Message, scope: string, resource: CaughtSpan['resource']): CaughtSpan {
  const status = all(span, 15)[0] ?? new Map()
  return {
    traceId: bytes(span, 1).toString('hex'),
    spanId: bytes(span, 2).toString('hex'),
    parentSpanId: bytes(span, 4).toString('hex'),
    name: text(span, 5),
    kind: Number(span.get(6)?.[0] ?? 0n),
    attributes: attributesOf(span, 9),
    events: all(span, 11).map((event) => ({ name: text(event, 2), attributes: attributesOf(event, 3) })),
    status: { message: text(status, 2), code: Number(status.get(3)?.[0] ?? 0n) },
    scope,
    resource,
  }
}

function attributesOf(message: Message, field: number): Record<string, Value> {
  return Object.fromEntries(
    all(message, field).map((pair) => [text(pair, 1), anyValueOf(all(pair, 2)[0] ?? new Map())]),
  )
}

function anyValueOf(value: Message): Value {
  if (value.has(1)) return text(value, 1)
  if (value.has(2)) return value.get(2)?.[0] === 1n
  if (value.has(3)) return Number(BigInt.asIntN(64, value.get(3)?.[0] as bigint))
  if (value.has(4)) return bytes(value, 4).readDoubleLE()
  if (value.has(5)) return all(all(value, 5)[0] ?? new Map(), 1).map(anyValueOf)
  return undefined
}

const all = (message: Message, field: number) => (message.get(field) ?? []).map((part) => read(part as Buffer))
const bytes = (message: Message, field: number) => (message.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0)
const text = (message: Message, field: number) => bytes(message, field).toString('utf8')

function read(buffer: Buffer): Message {
  const fields = new Map<number, Field[]>()
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (length: number) => {
    at += length
    return buffer.subarray(at - length, at)
  }
  while (at < buffer.length) {
    const tag = Number(varint())
    const wire = tag & 7
    const value = wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()))
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value])
  }
  return fields
}
