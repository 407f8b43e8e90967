/**
 * Tokens of a text for any tokenizer that falls back to bytes: at most its UTF-8 bytes. Some normalise first (NFKC), which
 * can make a text longer: the longer of the two counts.
 */
export function byteBound(text: string): number {
  const bytes = Buffer.byteLength(text)
  // one byte a character: normalising changes nothing
  if (bytes === text.length) return bytes
  return Math.max(bytes, Buffer.byteLength(text.normalize('NFKC')))
}
