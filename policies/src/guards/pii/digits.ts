import { isDigit } from '../chars.ts'

/** Groups of digits with single separators between them, as numbers are written: `(030) 90 18-20`. */
export interface Digits {
  readonly start: number
  /** Past the last digit. */
  readonly end: number
  /** Start of each group; its end is `start + size`. */
  readonly starts: readonly number[]
  readonly sizes: readonly number[]
  /** What stands before each group; `''` before the first. */
  readonly gaps: readonly string[]
}

/** More groups than this are a table, and read on in the next piece. */
const GROUPS = 24

/** The groups from the digit, `+` or `(` at `at`. */
export function digitsAt(text: string, at: number): Digits {
  const starts: number[] = []
  const sizes: number[] = []
  const gaps: string[] = []
  let i = at
  let gapStart = at
  while (i < text.length && starts.length < GROUPS) {
    const start = i
    while (isDigit(text.charCodeAt(i))) i++
    if (i === start) break
    starts.push(start)
    sizes.push(i - start)
    gaps.push(starts.length === 1 ? '' : text.slice(gapStart, start))
    gapStart = i
    const width = gapWidth(text, i)
    if (width === 0) break
    i += width
  }
  const last = starts.length - 1
  return { start: at, end: last < 0 ? at : (starts[last] as number) + (sizes[last] as number), starts, sizes, gaps }
}

/** Characters between one group and the next, or 0 where the number ends. */
function gapWidth(text: string, at: number): number {
  for (let width = 1; width <= 3; width++) {
    const code = text.charCodeAt(at + width - 1)
    if (isDigit(code)) return width - 1
    // blank ( ) - . /
    const fits = code === 32 || code === 40 || code === 41 || code === 45 || code === 46 || code === 47
    if (!fits) return 0
  }
  return isDigit(text.charCodeAt(at + 3)) && text[at + 1] !== ' ' ? 3 : 0
}

/** The digits of `count` groups from the group `from`, without what stands between. */
export function joined(text: string, { starts, sizes }: Digits, from: number, count: number): string {
  if (count === 1) return text.slice(starts[from], endOfGroup({ starts, sizes }, from))
  let all = ''
  for (let k = from; k < from + count; k++) {
    const start = starts[k] as number
    all += text.slice(start, start + (sizes[k] as number))
  }
  return all
}

export const endOfGroup = ({ starts, sizes }: Pick<Digits, 'starts' | 'sizes'>, at: number): number =>
  (starts[at] as number) + (sizes[at] as number)
