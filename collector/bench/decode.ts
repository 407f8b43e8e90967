/**
 * What decoding costs: microseconds a span for 512-span requests of 20 attributes, in both encodings, beside the two
 * protobuf readers we could build on, walking the same bytes past their texts. `node collector/bench/decode.ts`
 */
import { randomBytes } from 'node:crypto'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { PbfReader } from 'pbf'
import { decodeTraces as decodeJson } from '../src/receive/json.ts'
import { defaultLimits } from '../src/receive/limits.ts'
import { decodeTraces as decodeProtobuf } from '../src/receive/protobuf.ts'
import { jsonTraces, type SampleAttribute, type SampleSpan, wireTraces } from '../src/receive/sample.ts'

const spans = 512
const rounds = 200

function sampleSpan(i: number): SampleSpan {
  const texts: SampleAttribute[] = Array.from({ length: 14 }, (_, n) => {
    return { key: `gen_ai.some.text_${n}`, value: { stringValue: `text ${n} of span ${i}` } }
  })
  const numbers: SampleAttribute[] = Array.from({ length: 6 }, (_, n) => {
    return { key: `gen_ai.usage.tokens_${n}`, value: { intValue: String(1000 * n + i) } }
  })
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: randomBytes(8).toString('hex'),
    name: 'chat gpt-4o',
    kind: 3,
    startTimeUnixNano: '1760000000123456789',
    endTimeUnixNano: '1760000001123456789',
    attributes: [...texts, ...numbers],
    status: { code: 1 },
  }
}

/** The messages of a trace request by field number; what is not named here is a text, an id or a number. */
interface Shape {
  readonly [field: number]: Shape | undefined
}
const keyValue: Shape = { 2: {} }
const span: Shape = { 9: keyValue, 15: {} }
const request: Shape = { 1: { 1: { 1: keyValue }, 2: { 1: {}, 2: span } } }

function walkBufbuild(reader: BinaryReader, end: number, shape: Shape): void {
  while (reader.pos < end) {
    const [field, type] = reader.tag()
    const inner = shape[field]
    if (type === WireType.LengthDelimited) {
      const length = reader.uint32()
      if (inner === undefined) reader.pos += length
      else walkBufbuild(reader, reader.pos + length, inner)
    } else if (type === WireType.Varint) reader.int64()
    else reader.fixed64()
  }
}

function walkPbf(reader: PbfReader, end: number, shape: Shape): void {
  while (reader.pos < end) {
    const tag = reader.readVarint()
    const inner = shape[tag >>> 3]
    if ((tag & 7) === 2) {
      const length = reader.readVarint()
      if (inner === undefined) reader.pos += length
      else walkPbf(reader, reader.pos + length, inner)
    } else if ((tag & 7) === 0) reader.readVarint(true)
    else reader.readFixed64()
  }
}

function measure(name: string, work: () => void): void {
  for (let i = 0; i < rounds / 4; i++) work()
  const before = process.cpuUsage()
  for (let i = 0; i < rounds; i++) work()
  const { user, system } = process.cpuUsage(before)
  console.log(`${name.padEnd(34)} ${((user + system) / rounds / spans).toFixed(2)} µs CPU a span`)
}

const groups = [{ things: Array.from({ length: spans }, (_, i) => sampleSpan(i)) }]
const wire = wireTraces(groups)
const text = jsonTraces(groups)
measure('decode protobuf (on pbf)', () => decodeProtobuf(wire, defaultLimits))
measure('decode JSON', () => decodeJson(text, defaultLimits))
measure('JSON.parse alone', () => JSON.parse(text.toString()))
measure('walk with pbf', () => walkPbf(new PbfReader(wire), wire.length, request))
measure('walk with @bufbuild/protobuf', () => walkBufbuild(new BinaryReader(wire), wire.length, request))
