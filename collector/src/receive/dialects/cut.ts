const encoder = new TextEncoder()
let scratch = new Uint8Array(0)

/** How far back a cut looks for the end of a word. */
const WORD = 256

export interface Cut {
  readonly text: string
  /** UTF-8 bytes that were left out. */
  readonly bytes: number
}

/**
 * At most `limit` UTF-8 bytes of a text; `null` when it fits as it is. Never splits a character, and ends at the end of
 * a word where one is near: half a key or half an address could not be recognised any more by who redacts it.
 */
export function cutText(text: string, limit: number): Cut | null {
  if (text.length * 3 <= limit) return null
  const size = Buffer.byteLength(text)
  if (size <= limit) return null
  if (scratch.length !== limit) scratch = new Uint8Array(limit)
  const { read } = encoder.encodeInto(text, scratch)
  let end = read
  for (let at = read; at > 0 && at > read - WORD; at--) {
    if (!wordy(text.charCodeAt(at - 1)) || !wordy(text.charCodeAt(at))) {
      end = at
      break
    }
  }
  const kept = text.slice(0, end)
  return { text: kept, bytes: size - Buffer.byteLength(kept) }
}

/** Anything but white space, quotes, commas and brackets. */
function wordy(code: number): boolean {
  return !(
    code <= 32 ||
    code === 34 ||
    code === 39 ||
    code === 44 ||
    code === 91 ||
    code === 93 ||
    code === 123 ||
    code === 125
  )
}
