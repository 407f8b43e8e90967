import fc from 'fast-check'
import type { SampleAttribute, SampleLog, SampleSpan, SampleValue } from './sample.ts'

/** For tests: any OTLP that both encodings can carry, with a taste for its edges. */
const text = fc.string({ unit: 'binary', maxLength: 40 })
const int = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
const ns = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const id = (length: number) => fc.oneof({ weight: 9, arbitrary: hex(length) }, fc.constantFrom('', '00'))
const { value } = fc.letrec<{ value: SampleValue; attribute: SampleAttribute }>((tie) => ({
  attribute: fc.record({
    key: fc.oneof(text, fc.constantFrom('__proto__', 'toString', 'gen_ai.input.messages')),
    value: tie('value'),
  }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    int.map((intValue) => ({ intValue })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((sent) => ({ doubleValue: sent + 0 })),
    fc.uint8Array().map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.constant({}),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc.array(tie('attribute'), { maxLength: 4 }).map((values) => ({ kvlistValue: { values } })),
  ),
}))
const attributes = fc.array(fc.record({ key: text, value }), { maxLength: 6 })
export const sampleSpan: fc.Arbitrary<SampleSpan> = fc.record({
  traceId: id(32),
  spanId: id(16),
  parentSpanId: id(16),
  name: text,
  kind: fc.nat(9),
  startTimeUnixNano: ns,
  endTimeUnixNano: ns,
  attributes,
  droppedAttributesCount: fc.nat(),
  events: fc.array(fc.record({ timeUnixNano: ns, name: text, attributes }), { maxLength: 4 }),
  links: fc.array(fc.record({ traceId: id(32), spanId: id(16), attributes }), { maxLength: 4 }),
  status: fc.record({ code: fc.nat(4), message: text }),
})
export const sampleLog: fc.Arbitrary<SampleLog> = fc.record({
  timeUnixNano: fc.oneof(ns, fc.constant('0')),
  observedTimeUnixNano: ns,
  body: value,
  attributes,
  traceId: id(32),
  spanId: id(16),
  eventName: text,
})
export const sampleGroups = <T>(thing: fc.Arbitrary<T>) =>
  fc.array(
    fc.record({
      resource: fc.record({ attributes }),
      scope: fc.record({ name: text, version: text }),
      things: fc.array(thing, { maxLength: 4 }),
    }),
    { maxLength: 3 },
  )
