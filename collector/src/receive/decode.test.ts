import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OutriderError } from '../errors.ts'
import { sampleGroups, sampleLog, sampleSpan } from './arbitrary.ts'
import type { Decoded } from './decoded.ts'
import * as json from './json.ts'
import { defaultLimits, type Limits } from './limits.ts'
import * as protobuf from './protobuf.ts'
import {
  jsonLogs,
  jsonTraces,
  type SampleGroup,
  type SampleSpan,
  type SampleValue,
  wireLogs,
  wireTraces,
} from './sample.ts'
import { inTurns, thingsPerTurn } from './turns.ts'

const traceId = '0123456789abcdef0123456789abcdef'
const spanId = '0123456789abcdef'
const aSpan: SampleSpan = {
  traceId,
  spanId,
  name: 'chat',
  startTimeUnixNano: '1760000000123456789',
  endTimeUnixNano: '1760000000123456790',
}

const both = [
  {
    name: 'protobuf',
    decode: (sent: SampleGroup<SampleSpan>[], limits: Partial<Limits> = {}) =>
      protobuf.decodeTraces(wireTraces(sent), { ...defaultLimits, ...limits }),
  },
  {
    name: 'json',
    decode: (sent: SampleGroup<SampleSpan>[], limits: Partial<Limits> = {}) =>
      json.decodeTraces(jsonTraces(sent), { ...defaultLimits, ...limits }),
  },
]

describe.each(both)('$name', ({ decode }) => {
  const one = (span: Partial<SampleSpan>, limits: Partial<Limits> = {}) => {
    const { spans, rejected } = decode([{ things: [{ ...aSpan, ...span }] }], limits)
    expect(rejected).toEqual([])
    return spans[0]!
  }
  const readValue = (value: SampleValue, limits: Partial<Limits> = {}) => {
    const { attributes, cut } = one({ attributes: [{ key: 'k', value }] }, limits)
    return { value: attributes.k, cut }
  }

  it('keeps nanoseconds exact', () => {
    expect(one({})).toMatchObject({ startNs: 1_760_000_000_123_456_789n, endNs: 1_760_000_000_123_456_790n })
  })

  it.each<{ name: string; value: SampleValue; is: unknown }>([
    { name: 'text', value: { stringValue: 'é😀\u0000' }, is: 'é😀\u0000' },
    { name: 'empty text', value: { stringValue: '' }, is: '' },
    { name: 'true', value: { boolValue: true }, is: true },
    { name: 'false', value: { boolValue: false }, is: false },
    { name: 'an integer', value: { intValue: '42' }, is: 42 },
    { name: 'a negative integer', value: { intValue: '-7' }, is: -7 },
    { name: '2^53 - 1', value: { intValue: '9007199254740991' }, is: 9_007_199_254_740_991 },
    { name: '2^53 + 1', value: { intValue: '9007199254740993' }, is: '9007199254740993' },
    { name: 'the least int64', value: { intValue: '-9223372036854775808' }, is: '-9223372036854775808' },
    { name: 'the greatest int64', value: { intValue: '9223372036854775807' }, is: '9223372036854775807' },
    { name: 'a double', value: { doubleValue: 0.1 }, is: 0.1 },
    { name: 'NaN', value: { doubleValue: null }, is: null },
    { name: 'nothing', value: {}, is: null },
    { name: 'bytes', value: { bytesValue: '/wABAg==' }, is: '/wABAg==' },
    {
      name: 'an array',
      value: { arrayValue: { values: [{ intValue: '1' }, { arrayValue: { values: [] } }, {}] } },
      is: [1, [], null],
    },
  ])('reads $name', ({ value, is }) => {
    expect(readValue(value)).toEqual({ value: is, cut: {} })
  })

  it('reads a list as an object without a prototype', () => {
    const { value } = readValue({
      kvlistValue: {
        values: [
          { key: '__proto__', value: { stringValue: 'x' } },
          { key: 'constructor', value: {} },
        ],
      },
    })
    expect(Object.getPrototypeOf(value)).toBeNull()
    expect(Object.entries(value as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', null],
    ])
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  it('takes the last of several values of one name', () => {
    const attributes = ['a', 'b'].map((stringValue) => ({ key: 'k', value: { stringValue } }))
    expect(one({ attributes }).attributes).toEqual({ k: 'b' })
  })

  it('keeps `__proto__` an attribute like any other', () => {
    const { attributes } = one({ attributes: [{ key: '__proto__', value: { kvlistValue: { values: [] } } }] })
    expect(Object.keys(attributes)).toEqual(['__proto__'])
  })

  it.each<{ what: string; span: Partial<SampleSpan>; reason: string }>([
    { what: 'an empty trace ID', span: { traceId: '' }, reason: 'traceId is empty' },
    { what: 'a short trace ID', span: { traceId: 'abcd' }, reason: 'traceId has the wrong length' },
    { what: 'a long trace ID', span: { traceId: `${traceId}00` }, reason: 'traceId has the wrong length' },
    { what: 'a zero trace ID', span: { traceId: '0'.repeat(32) }, reason: 'traceId is all zeros' },
    { what: 'an empty span ID', span: { spanId: '' }, reason: 'spanId is empty' },
    { what: 'a zero span ID', span: { spanId: '0'.repeat(16) }, reason: 'spanId is all zeros' },
    { what: 'a long span ID', span: { spanId: traceId }, reason: 'spanId has the wrong length' },
  ])('refuses the span with $what, and keeps its neighbours', ({ span, reason }) => {
    const things = [aSpan, { ...aSpan, ...span }, { ...aSpan, ...span }, { ...aSpan, name: 'last' }]
    const { spans, rejected } = decode([{ things }])
    expect(rejected).toEqual([{ reason, count: 2 }])
    expect(spans.map(({ name }) => name)).toEqual(['chat', 'last'])
  })

  it.each<{ what: string; parentSpanId: string; is: string | null; warnings: string[] }>([
    { what: 'none', parentSpanId: '', is: null, warnings: [] },
    { what: 'zeros', parentSpanId: '0'.repeat(16), is: null, warnings: [] },
    { what: 'too short', parentSpanId: 'abcd', is: null, warnings: ['bad_parent_id'] },
    { what: 'upper case', parentSpanId: 'ABCDEF0123456789', is: 'abcdef0123456789', warnings: [] },
  ])('reads a parent ID: $what', ({ parentSpanId, is, warnings }) => {
    expect(one({ parentSpanId })).toMatchObject({ parentSpanId: is, warnings })
  })

  it.each([
    { ns: '0', is: 0n, warnings: ['start_missing'] },
    { ns: '9223372036854775807', is: 9_223_372_036_854_775_807n, warnings: [] },
    { ns: '9223372036854775808', is: 9_223_372_036_854_775_807n, warnings: ['time_clamped:start'] },
    { ns: '18446744073709551615', is: 9_223_372_036_854_775_807n, warnings: ['time_clamped:start'] },
  ])('takes a start of $ns ns', ({ ns, is, warnings }) => {
    expect(one({ startTimeUnixNano: ns })).toMatchObject({ startNs: is, warnings })
  })

  it('cuts attributes beyond the limit, adds what the sender dropped, and still takes a known name again', () => {
    const keys = ['a', 'b', 'c', 'd', 'a']
    const attributes = keys.map((key, i) => ({ key, value: { intValue: String(i) } }))
    const span = one({ attributes, droppedAttributesCount: 7 }, { attributes: 2 })
    expect(span.attributes).toEqual({ a: 4, b: 1 })
    expect(span.cut).toEqual({ attributes: 9 })
  })

  it('tells every span what its resource lost', () => {
    const resource = { attributes: ['a', 'b'].map((key) => ({ key, value: {} })) }
    const { spans } = decode([{ resource, things: [aSpan, aSpan] }], { attributes: 1 })
    expect(spans.map(({ cut }) => cut)).toEqual([{ attributes: 1 }, { attributes: 1 }])
  })

  it('cuts texts at a character, and lets message content pass up to its own limit', () => {
    const attributes = [
      { key: 'plain', value: { stringValue: 'é'.repeat(40) } },
      { key: 'gen_ai.input.messages', value: { stringValue: 'é'.repeat(40) } },
      { key: 'gen_ai.output.messages', value: { arrayValue: { values: [{ stringValue: 'é'.repeat(41) }] } } },
    ]
    const span = one({ attributes }, { stringBytes: 31, messageBytes: 80 })
    expect(span.attributes).toEqual({
      plain: 'é'.repeat(15),
      'gen_ai.input.messages': 'é'.repeat(40),
      'gen_ai.output.messages': ['é'.repeat(40)],
    })
    expect(span.cut).toEqual({ strings: 2 })
  })

  it('cuts nesting at the limit', () => {
    const nested = (levels: number): SampleValue =>
      levels === 0 ? { intValue: '1' } : { arrayValue: { values: [nested(levels - 1)] } }
    expect(readValue(nested(3), { depth: 4 })).toEqual({ value: [[[1]]], cut: {} })
    expect(readValue(nested(3), { depth: 3 })).toEqual({ value: [[null]], cut: { depth: 1 } })
    expect(readValue(nested(100))).toMatchObject({ cut: { depth: 1 } })
  })

  it('cuts items, events and links beyond the limits', () => {
    const items: SampleValue[] = [{ intValue: '1' }, { intValue: '2' }, { intValue: '3' }]
    expect(readValue({ arrayValue: { values: items } }, { items: 2 })).toEqual({
      value: [1, 2],
      cut: { attributes: 1 },
    })
    const event = { timeUnixNano: '5', name: 'e' }
    const link = { traceId, spanId }
    const span = one({ events: [event, event, event], links: [link, link, link] }, { events: 1, links: 2 })
    expect(span.events).toEqual([{ timeNs: 5n, name: 'e', attributes: {} }])
    expect(span.links).toEqual([link, link].map((kept) => ({ ...kept, attributes: {} })))
    expect(span.cut).toEqual({ events: 2, links: 1 })
  })

  it('cuts a link that leads nowhere', () => {
    expect(one({ links: [{ traceId, spanId: '' }] })).toMatchObject({ links: [], cut: { links: 1 } })
  })

  it('refuses a request that holds more values than it may', () => {
    const attributes = Array.from({ length: 100 }, (_, i) => ({ key: `k${i}`, value: {} }))
    const decodeTooMuch = () => decode([{ things: [{ ...aSpan, attributes }] }], { values: 150 })
    expect(decodeTooMuch).toThrow(expect.objectContaining({ code: 'OUT_BODY_TOO_LARGE' }))
  })

  it('shares one resource and one scope among their spans', () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
    const { spans } = decode([{ resource, scope: { name: 'lib', version: '1' }, things: [aSpan, aSpan] }])
    expect(spans[0]).toMatchObject({ resource: { 'service.name': 'shop' }, scope: { name: 'lib', version: '1' } })
    expect(spans[1]!.resource).toBe(spans[0]!.resource)
    expect(spans[1]!.scope).toBe(spans[0]!.scope)
  })
})

describe('both encodings', () => {
  // tight limits, so that most cases meet one
  const limits: Limits = {
    ...defaultLimits,
    depth: 2,
    attributes: 4,
    items: 3,
    stringBytes: 20,
    messageBytes: 30,
    events: 2,
    links: 2,
  }

  it('decode the same spans from the same data', () => {
    fc.assert(
      fc.property(sampleGroups(sampleSpan), (sent) => {
        expect(json.decodeTraces(jsonTraces(sent), limits)).toEqual(protobuf.decodeTraces(wireTraces(sent), limits))
      }),
      { numRuns: 500 },
    )
  })

  it('decode the same log records from the same data', () => {
    fc.assert(
      fc.property(sampleGroups(sampleLog), (sent) => {
        expect(json.decodeLogs(jsonLogs(sent), limits)).toEqual(protobuf.decodeLogs(wireLogs(sent), limits))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    {
      name: 'protobuf',
      decoding: () => protobuf.decodingTraces(wireTraces([{ things: Array(1_000).fill(aSpan) }]), defaultLimits),
    },
    {
      name: 'json',
      decoding: () => json.decodingTraces(jsonTraces([{ things: Array(1_000).fill(aSpan) }]), defaultLimits),
    },
  ])('let the event loop turn while a large request is decoded: $name', async ({ decoding }) => {
    let turns = 0
    const count = () => {
      turns++
      next = setImmediate(count)
    }
    let next = setImmediate(count)
    const { spans } = await inTurns<Decoded>(decoding())
    clearImmediate(next)
    expect(spans).toHaveLength(1_000)
    expect(turns).toBeGreaterThanOrEqual(Math.floor(1_000 / thingsPerTurn))
  })

  it('replace what is not valid Unicode', () => {
    const broken = wireTraces([{ things: [aSpan] }])
    broken[broken.indexOf('chat')] = 0xff
    expect(protobuf.decodeTraces(broken, defaultLimits).spans[0]?.name).toBe('\uFFFDhat')
    const [half] = json.decodeTraces(jsonTraces([{ things: [{ ...aSpan, name: '\ud800hat' }] }]), defaultLimits).spans
    expect(half?.name).toBe('\uFFFDhat')
  })

  it('do not call a fault of ours unreadable', () => {
    const isContent = () => {
      throw new TypeError('a fault')
    }
    const limits = { ...defaultLimits, stringBytes: 64, isContent }
    const attributes = [{ key: 'k', value: { stringValue: 'x'.repeat(100) } }]
    expect(() => protobuf.decodeTraces(wireTraces([{ things: [{ ...aSpan, attributes }] }]), limits)).toThrow(TypeError)
  })

  it('find damage, or decode, wherever the bytes end', () => {
    fc.assert(
      fc.property(sampleGroups(sampleSpan), fc.nat(), (sent, at) => {
        for (const [encode, decode] of [
          [wireTraces, protobuf.decodeTraces],
          [jsonTraces, json.decodeTraces],
        ] as const) {
          const whole = encode(sent)
          try {
            decode(whole.subarray(0, at % (whole.length + 1)), defaultLimits)
          } catch (error) {
            expect(error).toBeInstanceOf(OutriderError)
            expect(error).toMatchObject({ code: 'OUT_BODY_UNREADABLE' })
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
