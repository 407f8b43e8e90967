/** Text that was written in another notation: base64, hexadecimal, character codes, escapes, Morse. */
import { isAlnum, isDigit, isHex } from '../chars.ts'

export interface Decoded {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Everything that decodes to readable text, up to `budget` characters of it. */
export function decodedIn(text: string, budget: number): Decoded[] {
  const found: Decoded[] = []
  let left = budget
  const add = (name: string, start: number, end: number, decoded: string | null) => {
    if (decoded === null || left <= 0) return
    found.push({ name, start, end, text: decoded.slice(0, left) })
    left -= decoded.length
  }
  runs(text, add)
  codes(text, add)
  escapes(text, add)
  morse(text, add)
  return found
}

type Add = (name: string, start: number, end: number, decoded: string | null) => void

const SHORTEST = 16

/** Runs of letters and digits that are no words: base64, base32, hexadecimal, bits. */
function runs(text: string, add: Add): void {
  for (let i = 0; i < text.length; ) {
    if (!isCode(text.charCodeAt(i))) {
      i++
      continue
    }
    const start = i
    let hex = true
    let lower = 0
    let other = 0
    for (; i < text.length && isCode(text.charCodeAt(i)); i++) {
      const code = text.charCodeAt(i)
      hex &&= isHex(code)
      if (code >= 97 && code <= 122) lower++
      else other++
    }
    if (i - start < SHORTEST) continue
    if (text[i] === '\n' && other >= 3 && lower > 0) i = wrapped(text, start, i, add)
    let end = i
    while (text[end] === '=' && end - i < 6) end++
    const run = text.slice(start, i)
    if (hex) add('hex', start, i, fromHex(run))
    if (/^[01]+$/.test(run)) add('binary', start, i, fromBits(run))
    // words in one case are no base64
    if (other >= 3 && lower > 0) add('base64', start, end, fromBase64(run))
    if (lower === 0) add('base32', start, end, fromBase32(run))
    i = end
  }
}

/** Base64 over several lines; answers where it ends, or `end` where it is none. */
function wrapped(text: string, start: number, end: number, add: Add): number {
  let last = end
  while (text[last] === '\n' && isCode(text.charCodeAt(last + 1)) && last - start < 100_000) {
    let line = last + 1
    while (isCode(text.charCodeAt(line))) line++
    while (text[line] === '=') line++
    if (line < text.length && text[line] !== '\n') break
    last = line
  }
  const decoded = last === end ? null : fromBase64(text.slice(start, last).replace(/[\n=]/g, ''))
  if (decoded === null) return end
  add('base64', start, last, decoded)
  return last
}

function isCode(code: number): boolean {
  return isAlnum(code) || code === 43 || code === 47 || code === 45 || code === 95
}

const values = new Int8Array(128).fill(-1)
for (const [i, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  values[char.charCodeAt(0)] = i
values[45] = 62
values[95] = 63

function fromBase64(run: string): string | null {
  return bits(run, 6, (code) => values[code] as number)
}

function fromBase32(run: string): string | null {
  return bits(run, 5, (code) => (code >= 65 && code <= 90 ? code - 65 : code >= 50 && code <= 55 ? code - 24 : -1))
}

/** Bytes of packed values as text; null as soon as it reads like no text. */
function bits(run: string, width: number, numberOf: (code: number) => number): string | null {
  const bytes: number[] = []
  let held = 0
  let count = 0
  for (let i = 0; i < run.length; i++) {
    const value = numberOf(run.charCodeAt(i))
    if (value === -1) return null
    held = ((held << width) | value) & 0xffff
    count += width
    if (count >= 8) {
      count -= 8
      bytes.push((held >> count) & 255)
      if (bytes.length === 8 && !isReadable(bytes)) return null
    }
  }
  return textOf(bytes)
}

function fromHex(run: string): string | null {
  if (run.length % 2 === 1) return null
  const bytes: number[] = []
  for (let i = 0; i < run.length; i += 2) {
    bytes.push(Number.parseInt(run.slice(i, i + 2), 16))
    if (bytes.length === 8 && !isReadable(bytes)) return null
  }
  return textOf(bytes)
}

function fromBits(run: string): string | null {
  if (run.length % 8 !== 0) return null
  const bytes: number[] = []
  for (let i = 0; i < run.length; i += 8) bytes.push(Number.parseInt(run.slice(i, i + 8), 2))
  return textOf(bytes)
}

const isReadable = (bytes: readonly number[]): boolean =>
  bytes.filter((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9 || byte >= 0xc2)
    .length >=
  bytes.length * 0.85

/** As UTF-8, where it reads like text. */
function textOf(bytes: readonly number[]): string | null {
  if (bytes.length < 8 || !isReadable(bytes)) return null
  const text = utf8(bytes)
  const letters = text.match(/[\p{L} ]/gu)?.length ?? 0
  return letters >= text.length * 0.6 || /^[A-Za-z0-9+/=_\s-]{16,}$/.test(text) ? text : null
}

/** Broken sequences are left out. */
function utf8(bytes: readonly number[]): string {
  let text = ''
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i] as number
    const more = byte < 0x80 ? 0 : byte < 0xc2 ? -1 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf5 ? 3 : -1
    let point = more <= 0 ? byte : byte & (0x3f >> more)
    let ok = more >= 0
    for (let k = 1; k <= more; k++) {
      const next = bytes[i + k] ?? 0
      ok &&= (next & 0xc0) === 0x80
      point = (point << 6) | (next & 0x3f)
    }
    if (ok && point <= 0x10ffff) text += String.fromCodePoint(point)
    i += ok ? more + 1 : 1
  }
  return text
}

const pairs = /(?:(?:0x|\\x)?[0-9a-f]{2}[\s,;:-]{1,2}){7,4000}(?:0x|\\x)?[0-9a-f]{2}(?![0-9a-z])/giy
const eights = /(?:[01]{7,8}[\s,]{1,2}){4,4000}[01]{7,8}(?![0-9a-z])/giy
const decimals = /(?:\d{2,3}[\s,;]{1,3}){7,4000}\d{2,3}(?!\w)/giy
const octals = /(?:\\?0?[01]\d{2}[\s,]{0,2}){8,4000}/giy

/** Codes one by one with blanks between. Looked for where a number begins after none. */
function codes(text: string, add: Add): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((!isHex(code) && code !== 92) || isAlnum(text.charCodeAt(i - 1)) || text[i - 1] === '\\') continue
    const second = text.charCodeAt(i + 1)
    if (!isHex(second) && second !== 120) continue
    const [pattern, base, name] = shapeAt(text, i)
    if (pattern === null) continue
    pattern.lastIndex = i
    const run = pattern.exec(text)?.[0]
    if (run === undefined) continue
    const numbers = run.match(base === 16 ? /[0-9a-f]{2}(?![0-9a-fx])/gi : base === 8 ? /[01]\d{2}/g : /\d+/g) ?? []
    add(name, i, i + run.length, textOf(numbers.map((each) => Number.parseInt(each, base))))
    i += run.length - 1
  }
}

function shapeAt(text: string, at: number): readonly [RegExp | null, number, string] {
  const head = text.slice(at, at + 10)
  if (/^[01]{7,8}[\s,]/.test(head)) return [eights, 2, 'binary']
  if (/^\\?[01]\d\d\\/.test(head)) return [octals, 8, 'octal']
  if (/^\d{2,3}[\s,;]/.test(head) && isText(text, at)) return [decimals, 10, 'character codes']
  if (/^(?:0x|\\x)?[0-9a-f]{2}[\s,;:-]/i.test(head)) return [pairs, 16, 'hex']
  return [null, 0, '']
}

/** The next few numbers are all codes of letters or a blank. */
function isText(text: string, at: number): boolean {
  const next =
    text
      .slice(at, at + 60)
      .match(/\d+/g)
      ?.slice(0, 8)
      .map(Number) ?? []
  return (
    next.length >= 8 && next.every((each) => each >= 32 && each <= 122) && next.filter((each) => each >= 97).length >= 5
  )
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  Tab: ' ',
  NewLine: '\n',
}
const anyEscape =
  /%([0-9a-f]{2})|&#(\d{2,7});?|&#x([0-9a-f]{2,6});?|&(amp|lt|gt|quot|apos|nbsp|Tab|NewLine);|\\u(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))|\\x([0-9a-f]{2})|\\U([0-9a-f]{8})|=([0-9A-F]{2})(?=[=\w\s])|\\([nrt"\\])/gi

/** Percent, entities, backslashes and quoted-printable: the whole text with all of them resolved. */
function escapes(text: string, add: Add): void {
  if (!/[%&\\=]/.test(text)) return
  let letters = 0
  let first = -1
  let last = 0
  const bytes: number[] = []
  const flush = () => utf8(bytes.splice(0))
  let after = ''
  let done = 0
  for (const match of text.matchAll(anyEscape)) {
    const [all, percent, decimal, hexadecimal, entity, braced, unicode, hex, wide, printable, simple] = match
    if (after.length > 65_536) break
    const between = text.slice(done, match.index)
    if (between !== '') after += flush() + between
    done = match.index + all.length
    const byte = percent ?? hex ?? printable
    if (byte !== undefined) {
      const value = Number.parseInt(byte, 16)
      if ((value >= 65 && value < 127) || value === 37) letters++
      bytes.push(value)
    } else {
      const point =
        decimal !== undefined ? Number(decimal) : Number.parseInt(hexadecimal ?? braced ?? unicode ?? wide ?? '-1', 16)
      if (point >= 65 && point < 127) letters++
      after +=
        flush() +
        (entity !== undefined
          ? (named[entity] ?? '')
          : simple !== undefined
            ? ' '
            : point >= 0 && point <= 0x10ffff
              ? String.fromCodePoint(point)
              : '')
    }
    if (simple === undefined && entity === undefined) {
      if (first === -1) first = match.index
      last = done
    }
  }
  if (letters >= 4 || /%20[a-z]{3,20}%20/i.test(text))
    add('escapes', first, last, after + flush() + text.slice(done, done + 65_536))
}

const morseCode = new Map(
  '.- a -... b -.-. c -.. d . e ..-. f --. g .... h .. i .--- j -.- k .-.. l -- m -. n --- o .--. p --.- q .-. r ... s - t ..- u ...- v .-- w -..- x -.-- y --.. z'
    .split(' ')
    .map((_, i, all) => [all[i], all[i + 1]] as const)
    .filter((_, i) => i % 2 === 0) as [string, string][],
)
const morseRun = /[.\-•·–—_]{1,6}(?:[ /|]{1,3}[.\-•·–—_]{1,6}){9,2000}/g

function morse(text: string, add: Add): void {
  if (!/[.•·][-–—_.•· ]{0,2}[-–—_] /.test(text)) return
  for (const { 0: run, index } of text.matchAll(morseRun)) {
    const plain = run.replace(/[•·]/g, '.').replace(/[–—_]/g, '-')
    const words = plain.split(/ ?[/|] ?| {2,}/).map((word) =>
      word
        .split(' ')
        .map((sign) => morseCode.get(sign) ?? '')
        .join(''),
    )
    const said = words.join(' ')
    if (said.replaceAll(' ', '').length >= 8 && !isDigit(said.charCodeAt(0)))
      add('morse', index, index + run.length, said)
  }
}
