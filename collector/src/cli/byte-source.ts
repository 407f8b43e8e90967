/** Bytes that arrive in chunks: looked at before they are read, inflated on the way, cut into lines or frames. */
import { pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

export type Bytes = AsyncIterable<Buffer>

/** The first bytes (fewer where it ends before) and all bytes, those included. */
export async function peek(source: Bytes, wanted: number): Promise<{ readonly head: Buffer; readonly all: Bytes }> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Buffer[] = []
  for (let size = 0; size < wanted; ) {
    const { value, done } = await iterator.next()
    if (done === true) break
    chunks.push(value)
    size += value.length
  }
  const head = Buffer.concat(chunks)
  async function* all() {
    yield head
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { head, all: all() }
}

/** gzip and zstd are recognised by their first bytes. What is damaged rejects when it is reached. */
export async function inflated(source: Bytes): Promise<Bytes> {
  const { head, all } = await peek(source, 4)
  const inflate = isGzip(head) ? createGunzip() : isZstd(head) ? createZstdDecompress() : null
  // a failure of the source destroys the inflating stream with it, and so reaches the reader
  return inflate === null ? all : pipeline(all, inflate, () => {})
}

export const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
export const isZstd = (bytes: Buffer): boolean => bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528

/** Text between line feeds; in linear time for lines of any length. */
export async function* linesOf(source: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let held: string[] = []
  for await (const chunk of source) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      yield held.length === 0 ? part : held.join('') + part
      held = []
    }
    if (last !== '') held.push(last)
  }
  const last = held.join('') + decoder.decode()
  if (last !== '') yield last
}

export type Frame = { readonly content: Buffer } | { readonly broken: string }

/** Messages behind their length in 4 bytes, most significant first. `broken` is the last: what follows has no place. */
export async function* framesOf(source: Bytes, max: number): AsyncGenerator<Frame> {
  let chunks: Buffer[] = []
  let size = 0
  let wanted = 4
  for await (const chunk of source) {
    chunks.push(chunk)
    size += chunk.length
    while (size >= wanted) {
      const joined = Buffer.concat(chunks)
      const length = joined.readUInt32BE(0)
      if (length > max) return yield { broken: 'its length makes no sense' }
      wanted = 4 + length
      if (joined.length >= wanted) {
        yield { content: joined.subarray(4, wanted) }
        chunks = [joined.subarray(wanted)]
        size = joined.length - wanted
        wanted = 4
      } else chunks = [joined]
    }
  }
  if (size > 0) yield { broken: 'the file ends within it' }
}

export async function collected(source: Bytes): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}
