import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { PbfWriter } from 'pbf'
import { describe, expect, test } from 'vitest'
import type { Batch } from './otlp-batch.ts'
import { readOtlp } from './otlp-file.ts'
import { parseExact } from './otlp-json.ts'
import { splitTraces } from './otlp-protobuf.ts'

const request = (names: readonly string[]) => ({
  resourceSpans: [
    { resource: { attributes: [] }, scopeSpans: [{ scope: { name: 's' }, spans: names.map((name) => ({ name })) }] },
  ],
})
const names = (from: number, count: number) => Array.from({ length: count }, (_, at) => `span-${from + at}`)

/** The same request as protobuf: ResourceSpans(1) → ScopeSpans(2) → Span(2) → name(5). */
function protobuf(groups: readonly (readonly string[])[]): Buffer {
  const writer = new PbfWriter()
  for (const group of groups) {
    writer.writeMessage(
      1,
      (_: null, resource) => {
        resource.writeMessage(
          2,
          (_scope: null, scope) => {
            for (const name of group) scope.writeMessage(2, (_span: null, span) => span.writeStringField(5, name), null)
          },
          null,
        )
      },
      null,
    )
  }
  return Buffer.from(writer.finish())
}
const framed = (message: Buffer) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  return Buffer.concat([length, message])
}
const delimited = (message: Buffer) => {
  const writer = new PbfWriter()
  writer.writeVarint(message.length)
  return Buffer.concat([Buffer.from(writer.finish()), message])
}

/** Reads bytes that arrive in chunks of `step`. */
async function read(bytes: Buffer | string, step = 7) {
  const buffer = Buffer.from(bytes)
  const chunks = function* () {
    for (let at = 0; at < buffer.length; at += step) yield buffer.subarray(at, at + step)
  }
  const batches: Batch[] = []
  const problems: string[] = []
  for await (const piece of readOtlp(Readable.from(chunks()))) {
    if ('batch' in piece) batches.push(piece.batch)
    else problems.push(`${piece.unreadable.where}|${piece.unreadable.why}`)
  }
  return {
    batches,
    problems,
    found: batches.flatMap(namesIn),
    things: batches.reduce((sum, { things }) => sum + things, 0),
  }
}
/** Span names in order of their appearance in the body, whatever its form. */
const namesIn = ({ body }: Batch): string[] =>
  Buffer.from(body as string)
    .toString('latin1')
    .match(/span-\d+/g) ?? []

const three = names(0, 3)
const json = JSON.stringify(request(three))
const lines = `${JSON.stringify(request(names(0, 2)))}\n\n${JSON.stringify(request(names(2, 1)))}\r\n`
const forms: Record<string, Buffer | string> = {
  'one JSON document': json,
  'JSON over many lines': JSON.stringify(request(three), null, 2),
  'JSON after an empty line': `\n${JSON.stringify(request(three), null, 2)}`,
  'JSON lines after an empty line': `\n${lines}`,
  'JSON with a byte order mark': `\ufeff${json}`,
  'a list of requests': JSON.stringify([request(names(0, 1)), request(names(1, 2))]),
  'JSON lines': lines,
  'JSON lines without an end': lines.trimEnd(),
  'one protobuf message': protobuf([three.slice(0, 1), three.slice(1)]),
  'protobuf behind 4-byte lengths': Buffer.concat([
    framed(protobuf([three.slice(0, 2)])),
    framed(protobuf([three.slice(2)])),
  ]),
  'protobuf behind varints': Buffer.concat([
    delimited(protobuf([three.slice(0, 2)])),
    delimited(protobuf([three.slice(2)])),
  ]),
  'JSON behind 4-byte lengths': framed(Buffer.from(json)),
  'zstd messages behind 4-byte lengths': Buffer.concat([
    framed(zstdCompressSync(protobuf([three.slice(0, 2)]))),
    framed(zstdCompressSync(Buffer.from(JSON.stringify(request(three.slice(2)))))),
  ]),
}

describe.each(Object.entries(forms))('%s', (_form, bytes) => {
  test.each([
    ['as it is', Buffer.from(bytes)],
    ['in gzip', gzipSync(bytes)],
    ['in zstd', zstdCompressSync(bytes)],
  ])('%s', async (_packed, packed) => {
    for (const step of [1, 5, 1 << 20]) {
      const { problems, found, things } = await read(packed, step)
      expect(problems).toEqual([])
      expect(things).toBe(3)
      expect(found.toSorted()).toEqual(three)
    }
  })
})

describe('what is not OTLP', () => {
  test.each([
    ['', '|it is empty'],
    [' \n\t\n', '|it is empty'],
    ['hello', '|it is neither OTLP JSON nor protobuf of traces'],
    ['{"resourceSpans":[{', '|it is not JSON'],
    ['{\n "resourceSpans": [\n  {"a": 1},\n', '|it is not JSON'],
    ['{"data":[]}', 'line 1|it is not OTLP'],
    ['[]', 'line 1|it is not OTLP'],
    ['{"__proto__":{"resourceSpans":[]}}', 'line 1|it is not OTLP'],
    ['{"resourceSpans":5}', 'line 1|it is not OTLP'],
    ['\u0000\u0000\u0000', 'message 1|the file ends within it'],
    ['\u0003\u00ff\u00ff\u00ff\u00ff\u00ff', 'message 1|the file ends within it'],
  ])('%j', async (text, problem) => {
    const { batches, problems } = await read(Buffer.from(text, 'latin1'))
    expect(batches).toEqual([])
    expect(problems).toContain(problem)
  })

  test('damaged lines are named, the others are read', async () => {
    const { found, problems } = await read(
      `${json}\n{"resourceSpans":\n[1]\n${JSON.stringify(request(names(9, 1)))}\n{"half`,
    )
    expect(found).toEqual([...three, 'span-9'])
    expect(problems).toEqual(['line 2|it is not JSON', 'line 3|it is not OTLP', 'line 5|it is not JSON'])
  })

  test('a damaged first line does not hide the rest', async () => {
    const { found, problems } = await read(`{"half\n${json}`)
    expect([found, problems]).toEqual([three, ['line 1|it is not JSON']])
  })

  test('a damaged message is named, the others are read', async () => {
    const bytes = Buffer.concat([
      framed(Buffer.from('nonsense')),
      framed(protobuf([three])),
      framed(protobuf([three])).subarray(0, 9),
    ])
    const { found, problems } = await read(bytes)
    expect(found).toEqual(three)
    expect(problems).toEqual([
      'message 1|it is neither OTLP JSON nor protobuf of traces',
      'message 3|the file ends within it',
    ])
  })

  test('a compressed file that was cut gives what came before, then fails', async () => {
    const many = Array.from({ length: 4000 }, (_, at) => JSON.stringify(request([`span-${at}`]))).join('\n')
    const packed = gzipSync(many)
    let batches = 0
    const reading = async () => {
      for await (const piece of readOtlp(Readable.from([packed.subarray(0, packed.length - 200)])))
        if ('batch' in piece) batches += 1
    }
    await expect(reading()).rejects.toMatchObject({ code: 'Z_BUF_ERROR' })
    expect(batches).toBeGreaterThan(0)
  })
})

describe('requests', () => {
  test('hold at most 512 spans, and lose none: any sizes, JSON and protobuf', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(3), fc.integer({ min: 400, max: 1300 })), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(sizes, async (counts) => {
        const groups = counts.map((count, at) => names(at * 10_000, count))
        const all = groups.flat().toSorted()
        const asJson = await read(groups.map((group) => JSON.stringify(request(group))).join('\n'), 1 << 16)
        expect(asJson.found.toSorted()).toEqual(all)
        for (const { things, body } of asJson.batches) {
          expect(things).toBeLessThanOrEqual(512)
          expect(namesIn({ body } as Batch)).toHaveLength(things)
        }
        const asProtobuf = await read(protobuf(groups), 1 << 16)
        expect(asProtobuf.found.toSorted()).toEqual(all)
        for (const { body, things } of asProtobuf.batches)
          expect(splitTraces(body as Uint8Array)?.[0]?.things).toBe(things)
      }),
      { numRuns: 40 },
    )
  })

  test('logs and metrics go where they belong', async () => {
    const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}] }] }] }
    const metrics = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{}] }] }] }
    const { batches } = await read([logs, metrics].map((each) => JSON.stringify(each)).join('\n'))
    expect(batches.map(({ signal, things }) => [signal, things])).toEqual([
      ['logs', 2],
      ['metrics', 1],
    ])
  })

  test('numbers of 64 bits keep every digit', async () => {
    const text =
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"span-1","startTimeUnixNano":1795219200123456789,"d":1.5}]}]}]}'
    const { batches } = await read(text)
    expect(batches[0]?.body).toContain('"startTimeUnixNano":"1795219200123456789"')
    expect(batches[0]?.body).toContain('"d":1.5')
  })

  test('parseExact keeps every integer and every other value', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n })), fc.jsonValue(), (integers, other) => {
        const back = parseExact(`{"integers":[${integers}],"other":${JSON.stringify(other)}}`) as {
          integers: unknown[]
          other: unknown
        }
        expect(back.integers.map((value) => BigInt(value as string))).toEqual(integers)
      }),
    )
  })

  test('random bytes never throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        // what looks compressed and is not fails as a whole, which is reported for the file
        if ((bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x28 && bytes[1] === 0xb5)) return
        await expect(read(Buffer.from(bytes), 50)).resolves.toBeDefined()
      }),
      { numRuns: 1000 },
    )
  })
})
