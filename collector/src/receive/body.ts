import type { Readable, Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  type Gunzip,
} from 'node:zlib'
import { OutriderError } from '../errors.ts'
import { unreadable } from './decoded.ts'
import type { Share } from './in-flight.ts'
import type { Limits } from './limits.ts'

const chunkSize = 64 * 1024
/** A frame may not make the decoder keep more than this to look back on. */
const zstdWindowLog = 23
/** Small bodies may be as dense as they like: every empty field compresses well. */
const ratioFreeBytes = 1024 * 1024

/** What all of them have in common: a stream that knows how many compressed bytes it has used up. */
type Inflater = Pick<Gunzip, 'bytesWritten'> & Transform

const inflaters: Readonly<Record<string, () => Inflater>> = {
  gzip: () => createGunzip({ chunkSize }),
  'x-gzip': () => createGunzip({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
  zstd: () => createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog } }),
}

export interface BodyHeaders {
  readonly 'content-encoding'?: string | undefined
  readonly 'content-length'?: string | undefined
}

/**
 * Reads a body and inflates it as it comes, giving up as soon as a limit is passed: it never holds more than the limit.
 * Throws `OUT_TYPE_UNKNOWN` (encoding), `OUT_BODY_TOO_LARGE`, `OUT_BODY_UNREADABLE` (damaged or cut short) or
 * `OUT_OVERLOADED`. The stream is left open, so that an answer can still be sent.
 */
export async function readBody(sent: Readable, headers: BodyHeaders, limits: Limits, share: Share): Promise<Buffer> {
  const inflater = inflaterFor(headers['content-encoding'])
  const declared = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  if (declared !== undefined && declared > limits.bodyBytes) throw tooLarge(limits)

  let received = 0
  const chunks: Buffer[] = []
  let decoded = 0
  const count = (chunk: Buffer) => {
    received += chunk.length
  }
  sent.on('data', count)
  sent.pause()
  try {
    for await (const chunk of bytesOf(sent, inflater)) {
      decoded += chunk.length
      if (decoded > limits.bodyBytes) throw tooLarge(limits)
      if (inflater !== null && decoded > ratioFreeBytes && decoded > inflater.bytesWritten * limits.compressionRatio) {
        const message = `The body grows more than ${limits.compressionRatio} times when inflated.`
        throw new OutriderError('OUT_BODY_TOO_LARGE', message, { field: 'content-encoding' })
      }
      share.add(chunk.length)
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof OutriderError) throw cause
    throw unreadable('The body is damaged or cut short.', { cause })
  } finally {
    sent.off('data', count)
    inflater?.destroy()
  }
  if (declared !== undefined && received !== declared) {
    throw unreadable(`The body has ${received} bytes, not ${declared}.`, { field: 'content-length' })
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, decoded)
}

function bytesOf(sent: Readable, inflater: Inflater | null): AsyncIterable<Buffer> {
  if (inflater === null) return sent.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  sent.once('error', (error) => inflater.destroy(error))
  return sent.pipe(inflater)
}

function inflaterFor(encoding = 'identity'): Inflater | null {
  const name = encoding.trim().toLowerCase()
  if (name === 'identity' || name === '') return null
  const open = Object.hasOwn(inflaters, name) ? inflaters[name] : undefined
  if (open === undefined) {
    throw new OutriderError('OUT_TYPE_UNKNOWN', 'This content encoding is not taken here.', {
      field: 'content-encoding',
    })
  }
  return open()
}

function tooLarge(limits: Limits): OutriderError {
  return new OutriderError('OUT_BODY_TOO_LARGE', `The body is larger than ${limits.bodyBytes} bytes when decoded.`)
}
