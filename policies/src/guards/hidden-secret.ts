/** Secrets that are written in base64, as configuration of clusters and debug output have them, or as a part of an address. */
import { base64urlnopad } from '@scure/base'
import { keywordsIn } from './keyword.ts'
import { type Secret, secretLooks } from './secret/secret.ts'

/** Shorter runs hold no secret that has a form; what is longer is read in parts. */
const SHORTEST = 28
const LONGEST = 65_536
const inRun = Uint8Array.from({ length: 128 }, (_, code) => (/[A-Za-z0-9+/_-]/.test(String.fromCharCode(code)) ? 1 : 0))
/** Characters of decoded text in all. */
const BUDGET = 65_536

interface HiddenSecret extends Secret {
  readonly view: 'base64' | 'percent'
}

/** The place is that of the whole run. */
export function hiddenSecrets(text: string): HiddenSecret[] {
  return [...inBase64(text), ...(percent.test(text) ? inPercent(text) : [])]
}

interface Run {
  readonly start: number
  readonly run: string
}

/** Most texts have none: every 28th character is looked at, and back from it to the last that is of no run. */
function* runsOf(text: string): Generator<Run> {
  for (let at = SHORTEST - 1; at < text.length; at += SHORTEST) {
    let last = at
    while (last > at - SHORTEST && inRun[text.charCodeAt(last)] === 1) last--
    if (last === at - SHORTEST) {
      const start = last + 1
      let end = at + 1
      while (end - start < LONGEST && inRun[text.charCodeAt(end)] === 1) end++
      for (let fill = 0; fill < 2 && text[end] === '='; fill++) end++
      yield { start, run: text.slice(start, end) }
      last = end - 1
    }
    at = last
  }
}

const percent = /%(?:2[BF]|3A)/i
/** A value of a query: what is escaped there is seldom more than signs. */
const escaped = /(?:[\w.~!*'()-]|%[0-9A-Fa-f]{2}){16,4096}/g

function inPercent(text: string): HiddenSecret[] {
  const found: HiddenSecret[] = []
  let left = BUDGET
  for (const { 0: run, index } of text.matchAll(escaped)) {
    if (left <= 0) break
    if (!percent.test(run)) continue
    left -= run.length
    const one = firstIn(
      run.replace(/%[2-7][0-9A-F]/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16))),
    )
    if (one === null) continue
    found.push({
      ...one,
      start: index,
      end: index + run.length,
      view: 'percent',
      why: `${one.why} Escaped as in an address.`,
    })
  }
  return found
}

function inBase64(text: string): HiddenSecret[] {
  const found: HiddenSecret[] = []
  let left = BUDGET
  for (const { run, start } of runsOf(text)) {
    if (left <= 0) break
    const inner = decoded(run.slice(0, left * 2))
    if (inner === null) continue
    left -= inner.length
    const one = firstIn(inner)
    if (one === null) continue
    found.push({ ...one, start, end: start + run.length, view: 'base64', why: `${one.why} Written in base64.` })
  }
  return found
}

/** Only what has a form of its own: what decodes to noise may hold any word. */
function firstIn(text: string): Secret | null {
  const { looks } = keywordsIn(text)
  for (let i = 0; i < looks.length; i += 3) {
    const found = secretLooks[looks[i] as number]?.look(text, looks[i + 1] as number, looks[i + 2] as number, false)
    const [one] = [found ?? []].flat()
    if (one !== undefined && one.score >= 0.8) return one
  }
  return null
}

/** Plain characters, or null: words, hexadecimal and pictures decode to anything else. */
function decoded(run: string): string | null {
  const plain = run.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
  const head = bytesOf(plain.slice(0, 12))
  if (head === null || !head.every(isPlain)) return null
  const bytes = bytesOf(plain)
  if (bytes === null || !bytes.every(isPlain)) return null
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return text
}

/** What is left of the last four characters is filled up: `A` stands for nothing. */
function bytesOf(plain: string): Uint8Array | null {
  const rest = plain.length % 4
  try {
    const bytes = base64urlnopad.decode(rest === 0 ? plain : plain.padEnd(plain.length + 4 - rest, 'A'))
    return rest === 0 ? bytes : bytes.subarray(0, bytes.length - (4 - rest))
  } catch {
    return null
  }
}

const isPlain = (byte: number): boolean => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13
