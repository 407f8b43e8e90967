/**
 * Text that a stranger wrote, made safe to put beside our own words: controls, zero-width characters and direction
 * overrides become visible code points, so that they can neither hide text nor turn its order round. Line breaks and tabs
 * stay. Markup needs no treatment: everything here ends in a text node.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu

export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}
