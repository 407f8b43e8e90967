import { Readable, type Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress, gzipSync } from 'node:zlib'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { OutriderError } from '../errors.ts'
import { type Collected, collect, post, serve } from './collected.ts'
import { createInFlight } from './in-flight.ts'

const MiB = 1024 * 1024
const inflatedBytes = 256 * MiB
const type = { 'content-type': 'application/x-protobuf' }

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function urlOf(collected: Collected): Promise<string> {
  const app = await serve(collected)
  stops.push(() => app.close())
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1/traces`
}

/** `inflatedBytes` zeros, compressed piece by piece. */
function bomb(compress: Transform): Promise<Buffer> {
  const piece = Buffer.alloc(MiB)
  const zeros = function* () {
    for (let sent = 0; sent < inflatedBytes; sent += piece.length) yield piece
  }
  return buffer(Readable.from(zeros()).pipe(compress))
}

const peakMiB = () => process.resourceUsage().maxRSS / 1024

describe('decompression bombs', () => {
  const bombs = new Map<string, Buffer>()
  beforeAll(async () => {
    bombs.set('gzip', await bomb(createGzip()))
    bombs.set('deflate', await bomb(createDeflate()))
    bombs.set('br', await bomb(createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })))
    bombs.set('zstd', await bomb(createZstdCompress()))
  })

  it.each(['gzip', 'deflate', 'br', 'zstd'])('%s: twenty at once are refused without being held', async (encoding) => {
    const inFlight = createInFlight(64 * MiB)
    const url = await urlOf(collect({}, { inFlight }))
    const body = bombs.get(encoding)!
    const headers = { ...type, 'content-encoding': encoding }
    const before = peakMiB()
    const replies = await Promise.all(Array.from({ length: 20 }, () => fetch(url, { method: 'POST', body, headers })))
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(413))
    // all of them together would be 5 GiB; each may show at most the MiB that is free of the ratio, and its buffers
    expect(peakMiB() - before).toBeLessThan(200)
    expect(inFlight.bytes).toBe(0)
  })

  it('a bomb that keeps the ratio still stops at the limit', async () => {
    const inFlight = createInFlight(64 * MiB)
    const collected = collect({ bodyBytes: MiB, compressionRatio: 10_000 }, { inFlight })
    const reply = await post(bombs.get('gzip')!, { ...type, 'content-encoding': 'gzip' }, collected)
    expect(reply.statusCode).toBe(413)
    expect(inFlight.bytes).toBe(0)
  })

  it('a bomb inside a bomb is inflated once', async () => {
    const nested = gzipSync(bombs.get('gzip')!)
    const reply = await post(nested, { ...type, 'content-encoding': 'gzip' })
    expect(reply.statusCode).toBe(400)
  })

  it('a bomb without a key is not inflated at all', async () => {
    const authorize = () => {
      throw new OutriderError('OUT_KEY_MISSING', 'This collector needs an API key.')
    }
    // no byte may be decoded: the first would be 503
    const url = await urlOf(collect({}, { authorize, inFlight: createInFlight(0) }))
    const headers = { ...type, 'content-encoding': 'gzip' }
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => fetch(url, { method: 'POST', body: bombs.get('gzip')!, headers })),
    )
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(401))
  })

  it('a frame that asks for a huge window is refused, whatever is in it', async () => {
    const compressed = (windowLog: number) =>
      buffer(
        Readable.from([Buffer.from('{}')]).pipe(
          createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: windowLog } }),
        ),
      )
    const headers = { 'content-type': 'application/json', 'content-encoding': 'zstd' }
    expect((await post(await compressed(23), headers)).statusCode).toBe(200)
    expect((await post(await compressed(27), headers)).statusCode).toBe(400)
  })

  it('a plain body above the limit is refused by its length, and without one as it comes', async () => {
    const url = await urlOf(collect({ bodyBytes: MiB }))
    const body = Buffer.alloc(MiB + 1)
    expect((await fetch(url, { method: 'POST', body, headers: type })).status).toBe(413)
    const chunked = { method: 'POST', body: new Blob([body]).stream(), headers: type, duplex: 'half' } as RequestInit
    expect((await fetch(url, chunked)).status).toBe(413)
  })
})
