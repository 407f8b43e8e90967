/**
 * Text from outside, made safe for a terminal: model output and span names may hold escape sequences that recolour,
 * retitle, overwrite or reverse what is shown. Nothing else may reach the terminal.
 */

/** C0, DEL, C1, bidirectional controls, line and paragraph separators, byte order mark, interlinear marks, invisible tags. */
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** One line: line breaks and tabs become a space, other controls go, broken surrogates become U+FFFD. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    .replace(CONTROLS, '')
}

/** The same, line by line. */
export function plainLines(text: string): readonly string[] {
  return text.split(/\r\n|[\r\n\u2028\u2029]/).map((line) => plain(line.replaceAll('\t', '  ')))
}

/** JSON in one line that carries everything and shows nothing: controls are written as `\uXXXX`. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(CONTROLS, (found) => {
    let escaped = ''
    for (let at = 0; at < found.length; at++) {
      escaped += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`
    }
    return escaped
  })
}
