/** Where a command speaks: data on standard output, talk on standard error, colour only where someone looks at it. */
import { styleText } from 'node:util'
import stringWidth from 'string-width'
import { plain, printableJson } from './plain.ts'

export type Style = Parameters<typeof styleText>[0]
export type Paint = (style: Style, text: string) => string

export interface Terminal {
  /** Lines of data. They must be `plain` already, colours apart. */
  print(lines: readonly string[]): void
  /** One value as one line of JSON. */
  printJson(value: unknown): void
  /** One line for the person. Says nothing with `--quiet`. */
  talk(text: string): void
  /** One line that is said even with `--quiet`. */
  warn(text: string): void
  readonly paint: Paint
  /** Columns, or `null` where lines may be of any length. */
  readonly width: number | null
}

export interface TerminalSettings {
  readonly colour: boolean
  readonly quiet: boolean
}

export function createTerminal(out: NodeJS.WriteStream, err: NodeJS.WriteStream, settings: TerminalSettings): Terminal {
  const warn = (text: string) => void err.write(`${plain(text)}\n`)
  return {
    print: (lines) => void out.write(lines.map((line) => `${line}\n`).join('')),
    printJson: (value) => void out.write(`${printableJson(value)}\n`),
    talk: (text) => (settings.quiet ? undefined : warn(text)),
    warn,
    paint: settings.colour ? painted : unpainted,
    width: out.isTTY ? out.columns : null,
  }
}

export const painted: Paint = (style, text) => styleText(style, text, { validateStream: false })
export const unpainted: Paint = (_style, text) => text

/** Cut to so many columns, with an ellipsis; whole characters only, wide ones count as two. */
export function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of segments.segment(text)) {
    used += stringWidth(segment)
    if (used > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** Filled with spaces to so many columns. */
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - stringWidth(text)))
export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - stringWidth(text))) + text

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' })
