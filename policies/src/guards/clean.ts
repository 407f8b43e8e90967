/** A text without what only hides it, and where each of its characters stands in the text as given. */
export interface Clean {
  readonly text: string
  /** Original place of each character; null where nothing was changed. */
  readonly places: Int32Array | null
  /** Text that was written in characters no one sees (tag characters, variation selectors); '' mostly. */
  readonly hidden: string
  /** Characters that were taken out. */
  readonly removed: number
}

/**
 * Compatibility forms (full width, mathematical, circled…) become plain letters; zero-width and other invisible
 * characters, bidi controls and combining marks go; tag characters become the text they spell. Lone surrogates become
 * U+FFFD. A text of plain characters is returned as it is.
 */
export function clean(text: string): Clean {
  if (!strange.test(text)) return { text, places: null, hidden: '', removed: 0 }
  const places: number[] = []
  let bytes: number[] = []
  let carried = ''
  let bits = ''
  let after = ''
  let hidden = ''
  let removed = 0
  let flag = false
  for (let i = 0; i < text.length; ) {
    const point = text.codePointAt(i) as number
    const width = point > 0xffff ? 2 : 1
    let piece: string
    if (point >= 0xe0020 && point <= 0xe007e && !flag) {
      piece = String.fromCharCode(point - 0xe0000)
      hidden += piece
    } else {
      if (point === 0x200b || point === 0x200c) bits += point - 0x200b
      const selected = selector(point)
      if (selected !== -1) bytes.push(selected)
      else {
        // one selector goes with an emoji; many in a row carry something
        if (bytes.length >= 6) carried += String.fromCharCode(...bytes)
        bytes = []
      }
      flag = point === 0x1f3f4 || (flag && point >= 0xe0000)
      piece = plainOf(point, text.slice(i, i + width))
      if (piece === '') removed++
    }
    for (let k = 0; k < piece.length; k++) places.push(i)
    after += piece
    i += width
  }
  places.push(text.length)
  if (bytes.length >= 6) carried += String.fromCharCode(...bytes)
  hidden += carried
  // bytes in zero-width characters, one for 0 and one for 1
  if (bits.length >= 64 && /1/.test(bits))
    for (let i = 0; i + 8 <= bits.length; i += 8)
      hidden += String.fromCharCode(Number.parseInt(bits.slice(i, i + 8), 2))
  return { text: after, places: Int32Array.from(places), hidden, removed }
}

/** Place in the given text of a start in the clean one. */
export const startOf = ({ places }: Clean, at: number): number => (places === null ? at : (places[at] as number))
/** Place in the given text of an end in the clean one; what is invisible after it goes with it. */
export const endOf = ({ places }: Clean, at: number): number =>
  places === null ? at : Math.max(places[at] as number, (places[at - 1] ?? 0) + 1)

/** Characters that stand for others or for nothing, by ranges. */
const odd = [
  '00a0-00a0 00ad-00ad 02b0-02ff 0300-036f 061c-061c 1100-1160 17b4-17b5 180b-180e 1d2c-1d6a 1d78-1dff 2000-200f 2028-202f',
  '205f-209c 2100-214f 2150-218f 2460-24ff 2800-28ff 3000-3000 fb00-fb06 fe00-fe0f fe20-fe2f fe50-fe6b feff-feff ff01-ffef',
  'd800-dfff',
]
const strange = new RegExp(`[${ranges(odd.join(' '))}]`)

const invisible = new RegExp(
  `^[${ranges('00ad-00ad 034f-034f 061c-061c 115f-1160 17b4-17b5 180b-180e 200b-200f 202a-202e 2060-206f fe00-fe0f feff-feff')}\\u{e0000}-\\u{e0fff}\\p{Mn}]$`,
  'u',
)

function ranges(list: string): string {
  return list.replace(/([0-9a-f]{4})-([0-9a-f]{4}) ?/g, '\\u$1-\\u$2')
}
/** Marks that spell, in scripts that need them. */
const needed =
  /^[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17d3\u3099\u309a]$/

/** Letters by their dots; the empty cell is a blank. */
const braille: Readonly<Record<number, string>> = Object.fromEntries([
  [0, ' '],
  ...[1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53].map(
    (dots, i) => [dots, String.fromCharCode(97 + i)] as const,
  ),
])

const known = new Map<number, string>()

function plainOf(point: number, char: string): string {
  if (point < 0xa0) return char
  const before = known.get(point)
  if (before !== undefined) return before
  const plain = compute(point, char)
  if (known.size < 20_000) known.set(point, plain)
  return plain
}

function compute(point: number, char: string): string {
  if (point >= 0xd800 && point <= 0xdfff) return '\ufffd'
  if (invisible.test(char) && !needed.test(char)) return ''
  // negative circled and squared letters have no compatibility form
  if (point >= 0x1f150 && point <= 0x1f169) return String.fromCharCode(65 + point - 0x1f150)
  if (point >= 0x1f170 && point <= 0x1f189) return String.fromCharCode(65 + point - 0x1f170)
  if (point >= 0x1f1e6 && point <= 0x1f1ff) return String.fromCharCode(97 + point - 0x1f1e6)
  if (point >= 0x2800 && point <= 0x28ff) return braille[point - 0x2800] ?? char
  const plain = char.normalize('NFKC')
  return plain.length > 4 ? char : plain
}

/** The byte that a variation selector can carry, or -1. */
function selector(point: number): number {
  if (point >= 0xfe00 && point <= 0xfe0f) return point - 0xfe00
  if (point >= 0xe0100 && point <= 0xe01ef) return point - 0xe0100 + 16
  return -1
}
