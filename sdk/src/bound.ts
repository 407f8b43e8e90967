/** How much goes into a model: an upper bound where the SDK counts itself, the text where the gate counts better. */
import type { ContentMode } from './text.ts'
import type { CheckRequest } from './wire.ts'

export type Bound = Pick<CheckRequest, 'inputTokens' | 'inputBytes' | 'input' | 'images'>

/** Longer inputs are not sent to be counted: their bytes are. UTF-16 units. */
const LONGEST = 256 * 1024

/** A text has a frame around it that nobody writes: role, separators. Bytes. */
const FRAME = 32

/**
 * What a check says of `input`, a text or anything JSON can write. Modes that keep texts in the process send its size.
 * Empty where `input` cannot be read: the gate then takes the model's whole context.
 */
export function boundOf(input: unknown, mode: ContentMode): Bound {
  if (input === undefined) return {}
  const sized = sizeOf(input)
  if (sized === undefined) return {}
  const countable = typeof input === 'string' || (typeof input === 'object' && input !== null)
  const sends = (mode === 'redacted' || mode === 'full') && sized.length <= LONGEST && countable
  if (sends) return { input: input as NonNullable<Bound['input']> }
  return { inputBytes: sized.bytes, ...(sized.images > 0 ? { images: sized.images } : {}) }
}

/** Tokens that go in at most; undefined where only the gate can tell: images, or nothing said. */
export function tokensOf({ inputTokens, inputBytes, input, images }: Bound): number | undefined {
  if (inputTokens !== undefined) return inputTokens
  if (images !== undefined && images > 0) return undefined
  if (inputBytes !== undefined) return inputBytes
  const sized = input === undefined ? undefined : sizeOf(input)
  // no token is less than a byte, and JSON's own signs are more than a message's frame
  return sized === undefined || sized.images > 0 ? undefined : sized.bytes
}

interface Size {
  readonly bytes: number
  readonly length: number
  readonly images: number
}

function sizeOf(input: unknown): Size | undefined {
  if (typeof input === 'string') return { bytes: Buffer.byteLength(input) + FRAME, length: input.length, images: 0 }
  let images = 0
  try {
    let text = JSON.stringify(input)
    // looked for one by one only where there may be one: asking about every value takes several times as long
    if (text.includes('image'))
      text = JSON.stringify(input, (_, value: unknown) => {
        if (!isImage(value)) return value
        images += 1
        return null
      })
    return { bytes: Buffer.byteLength(text) + FRAME, length: text.length, images }
  } catch {
    return undefined
  }
}

function isImage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && /image/.test(String(value.type))
}
