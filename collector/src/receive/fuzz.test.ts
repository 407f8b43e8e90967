import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleGroups, sampleLog, sampleSpan } from './arbitrary.ts'
import { collect, serve } from './collected.ts'
import { createInFlight } from './in-flight.ts'
import { jsonLogs, jsonTraces, wireLogs, wireTraces } from './sample.ts'

/** Bodies to try; a soak run sets it higher. */
const bodies = Number(process.env.OUTRIDER_FUZZ_RUNS ?? 20_000)
const seed = Number(process.env.OUTRIDER_FUZZ_SEED ?? Date.now() % 2 ** 31)
const bodiesPerSample = 20

type Mutation = (body: Buffer) => Buffer

const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const hostileBytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
  // lengths and numbers far beyond the body, groups, field 0
  fc.constantFrom(
    [0xff, 0xff, 0xff, 0xff, 0x0f],
    [...Array(9).fill(0xff), 1],
    Array(12).fill(0xff),
    [0x0b],
    [0x00],
    [0x80],
  ),
)
const hostileTokens = fc.constantFrom(
  ...[
    'null',
    'true',
    '{}',
    '[]',
    '-1',
    '1e999',
    '-0',
    '1.5',
    '18446744073709551616',
    '9'.repeat(40),
    '""',
    '"\\ud800"',
  ],
  ...[
    '"__proto__"',
    '"constructor"',
    '"traceId"',
    '"\\u0000"',
    '"9"',
    '"-1"',
    '"1e18"',
    '[[[[[]]]]]',
    '{"values":{}}',
    '"NaN"',
  ],
)

const mutateBytes: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.nat(255)).map(
    ([where, byte]): Mutation =>
      (body) => {
        const out = Buffer.from(body)
        if (out.length > 0) out[Math.floor(where * out.length)] = byte
        return out
      },
  ),
  at.map(
    (where): Mutation =>
      (body) =>
        body.subarray(0, Math.floor(where * body.length)),
  ),
  at.map(
    (where): Mutation =>
      (body) =>
        body.subarray(Math.floor(where * body.length)),
  ),
  fc.tuple(at, hostileBytes).map(
    ([where, bytes]): Mutation =>
      (body) => {
        const cut = Math.floor(where * body.length)
        return Buffer.concat([body.subarray(0, cut), Uint8Array.from(bytes), body.subarray(cut)])
      },
  ),
  fc.tuple(at, at).map(
    ([from, to]): Mutation =>
      (body) => {
        const part = body.subarray(Math.floor(from * body.length), Math.floor(to * body.length))
        return Buffer.concat([body, part, body])
      },
  ),
)
const mutateTokens: fc.Arbitrary<Mutation> = fc.tuple(at, hostileTokens).map(
  ([where, token]): Mutation =>
    (body) => {
      const tokens = [...body.toString().matchAll(/"[^"\\]*"|\d+|\[\]|\{\}/g)]
      const found = tokens[Math.floor(where * tokens.length)]
      if (found === undefined) return Buffer.from(token)
      const text = body.toString()
      return Buffer.from(text.slice(0, found.index) + token + text.slice(found.index + found[0].length))
    },
)

const request = fc.record({
  encoding: fc.constantFrom('protobuf' as const, 'json' as const),
  mutations: fc.array(fc.oneof(mutateBytes, mutateTokens), { maxLength: 4 }),
  contentType: fc.oneof(
    { weight: 20, arbitrary: fc.constant(undefined) },
    fc.constantFrom('text/plain', '', '//', 'application/json; x'),
  ),
  contentEncoding: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(undefined, 'gzip') },
    fc.constantFrom('br', 'zstd', 'deflate', 'x', 'gzip, gzip'),
  ),
  damageGzip: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, mutateBytes),
})

type How = typeof request extends fc.Arbitrary<infer T> ? T : never

const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' }
const allowed = [200, 400, 401, 413, 415, 429, 503]

describe('hostile bodies', () => {
  it(`${bodies} of them (seed ${seed}) crash nothing and get no other answer than OTLP clients know`, async () => {
    const inFlight = createInFlight(1 << 30)
    const accepted = { accept: async () => {}, acceptLogs: async () => {}, observe: () => {}, inFlight }
    const limits = { depth: 4, attributes: 8, stringBytes: 64, messageBytes: 128, bodyBytes: 16_384, values: 600 }
    const app = await serve(collect(limits, accepted))
    const seen = new Map<number, number>()
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    let heap = 0

    const send = async (url: string, clean: Buffer, how: How): Promise<void> => {
      const mutated = how.mutations.reduce((body, mutate) => mutate(body), clean)
      const zipped = how.contentEncoding === 'gzip' ? gzipSync(mutated) : mutated
      const reply = await app.inject({
        method: 'POST',
        url,
        payload: how.damageGzip === undefined ? zipped : how.damageGzip(zipped),
        headers: {
          'content-type': how.contentType ?? contentTypes[how.encoding],
          ...(how.contentEncoding === undefined ? {} : { 'content-encoding': how.contentEncoding }),
        },
      })
      expect(allowed).toContain(reply.statusCode)
      // a fault of ours would hide behind its 503
      expect(reply.body).not.toContain('OUT_RECEIVE_FAILED')
      seen.set(reply.statusCode, (seen.get(reply.statusCode) ?? 0) + 1)
    }

    const samples = fc.tuple(sampleGroups(sampleSpan), sampleGroups(sampleLog))
    const requests = fc.array(request, { minLength: bodiesPerSample, maxLength: bodiesPerSample })
    let runs = 0
    await fc.assert(
      fc.asyncProperty(samples, requests, async ([spans, logs], hows) => {
        const traces = { protobuf: wireTraces(spans), json: jsonTraces(spans) }
        const records = { protobuf: wireLogs(logs), json: jsonLogs(logs) }
        for (const [i, how] of hows.entries()) {
          if (i % 4 === 3) await send('/v1/logs', records[how.encoding], how)
          else await send('/v1/traces', traces[how.encoding], how)
        }
        if (++runs === 20) {
          collectGarbage()
          heap = process.memoryUsage().heapUsed
        }
      }),
      { seed, numRuns: Math.ceil(bodies / bodiesPerSample), endOnFailure: true },
    )

    collectGarbage()
    const grownMiB = (process.memoryUsage().heapUsed - heap) / 1024 / 1024
    console.log(`fuzz: seed ${seed}, answers`, Object.fromEntries([...seen].sort()), `heap +${grownMiB.toFixed(1)} MiB`)
    expect(inFlight.bytes).toBe(0)
    expect(grownMiB).toBeLessThan(64)
    // and the mix is worth its name: much is understood, much is not
    expect(seen.get(200)).toBeGreaterThan(bodies / 20)
    expect(seen.get(400)).toBeGreaterThan(bodies / 20)
    expect(seen.get(413)).toBeGreaterThan(bodies / 1000)
    await app.close()
  }, 0)
})
