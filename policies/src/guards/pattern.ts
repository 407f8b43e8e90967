/**
 * Patterns that users write: RE2 syntax, linear time. `re2js` is the engine unless another is handed in, which must find
 * the same.
 */
import { RE2JS, RE2JSSyntaxException, RE2Set } from 're2js'

interface Match {
  readonly start: number
  readonly end: number
}

export interface Pattern {
  /** All matches, none over another, at most `limit`. */
  find(text: string, limit: number): Match[]
  test(text: string): boolean
}

/** Makes patterns run. */
export interface PatternEngine {
  readonly name: string
  /** @throws Error with the reason where this engine cannot run it */
  compile(source: string): Pattern
  /** Answers which of them match somewhere, in one pass. */
  compileSet(sources: readonly string[]): (text: string) => readonly number[]
}

export type Compiled = { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly why: string }

/** Characters of a pattern. */
const LONGEST = 1024
/** Steps of its program: what `x{1000}` and nested counts blow up. */
const LARGEST = 1000
/** Steps that repetitions add: so many places of the pattern may be tried at once, for each character of a text. */
const DEAREST = 52
/** Loops over anything, once for each time that they are repeated: each of them goes on at every character of a text. */
const LOOPS = 8
/** Classes of all scripts are searched for each character. */
const SCRIPTS = 3

/** Compiles, or says why not: too long, too large, or not of RE2's language. */
export function compilePattern(source: string, engine: PatternEngine = re2js): Compiled {
  if (source.length === 0) return { ok: false, why: 'is empty' }
  if (source.length > LONGEST) return { ok: false, why: `is longer than ${LONGEST} characters` }
  try {
    const size = RE2JS.compile(source).programSize()
    if (size > LARGEST) return { ok: false, why: `is too large: ${size} steps, ${LARGEST} at most; use smaller counts` }
    const cost = (size - sizeOnce(source)) * (/\\[pP]/.test(source) ? SCRIPTS : 1)
    if (cost > DEAREST)
      return { ok: false, why: `costs too much: ${cost}, ${DEAREST} at most; it repeats too much, use smaller counts` }
    const loops = loopsOf(source, size)
    if (loops > LOOPS)
      return { ok: false, why: `repeats \`.*\` too often: ${loops} times, ${LOOPS} at most; say what may stand there` }
    return { ok: true, pattern: engine.compile(source) }
  } catch (cause) {
    return { ok: false, why: reason(cause, source) }
  }
}

/** Steps of the program where everything stands once. What cannot be read so counts as nothing: then all is repetition. */
function sizeOnce(source: string): number {
  const once = source.replace(
    /\\.|\(\?(?:P?<\w+>|[a-zA-Z-]*[:)])|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]])*\]|([*+?]|\{\d+(?:,\d*)?\})\??/g,
    (all, repetition) => (repetition === undefined ? all : ''),
  )
  try {
    return RE2JS.compile(once).programSize()
  } catch {
    return 0
  }
}

/** How many loops over any character there are once counts are written out. */
function loopsOf(source: string, size: number): number {
  let loops = 0
  const uncounted = source.replace(
    /\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]])*\]|\.(?:[*+]|\{\d+,\})|\{\d+(?:,\d*)?\}/g,
    (all) => {
      if (/^\.[*+{]/.test(all)) loops += 1
      return all.startsWith('{') ? '' : all
    },
  )
  try {
    return loops === 0 ? 0 : Math.round((loops * size) / RE2JS.compile(uncounted).programSize())
  } catch {
    return loops
  }
}

function reason(cause: unknown, source: string): string {
  if (/\(\?<?[=!]/.test(source)) return 'looks ahead or behind, which cannot be done in linear time'
  if (/\\[1-9]/.test(source)) return 'refers back to a group, which cannot be done in linear time'
  return cause instanceof RE2JSSyntaxException ? `is no RE2 syntax: ${cause.getDescription()}` : 'is no RE2 syntax'
}

export const re2js: PatternEngine = {
  name: 're2js',
  compile(source) {
    const compiled = RE2JS.compile(source)
    return {
      test: (text) => compiled.matcher(text).find(),
      find: (text, limit) => {
        return all(text, limit, (part, from) => {
          const matcher = compiled.matcher(part)
          return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : null
        })
      },
    }
  },
  compileSet(sources) {
    const set = new RE2Set()
    for (const source of sources) set.add(source)
    set.compile()
    return (text) => set.match(text)
  },
}

/** So many matches are looked for in all that is left; a text that has more is read in windows. */
const WHOLE = 4
/** Characters of a window at first. */
const WINDOW = 64
/** Characters of a window before its start: borders of words and lines look at one. */
const BEFORE = 2

/**
 * One match after the other. A match may be short although the engine had to read on to the end to know that no longer
 * one is meant, and a thousand such matches would read the text a thousand times. So after the first few each search ends
 * soon behind its start, and goes further only where it found nothing or reached the end of its window.
 */
function all(text: string, limit: number, next: (part: string, from: number) => Match | null): Match[] {
  const found: Match[] = []
  let at = 0
  for (let n = 0; found.length < limit && at <= text.length; n++) {
    let one = n < WHOLE ? next(text, at) : null
    const begin = Math.max(0, at - BEFORE)
    for (let size = WINDOW; one === null && n >= WHOLE; size *= 4) {
      const end = Math.min(text.length, at + size)
      const match = next(text.slice(begin, end), at - begin)
      const reached = match === null ? end : begin + match.end
      if (match !== null && (reached < end - 1 || end === text.length))
        one = { start: begin + match.start, end: reached }
      if (end === text.length) break
    }
    if (one === null) break
    if (one.end > one.start) found.push(one)
    at = Math.max(one.end, at + (one.end > one.start ? 0 : 1))
  }
  return found
}

interface NativeRe2 {
  new (source: string, flags: string): RegExp
  /** Since 1.24 */
  readonly Set?: new (
    sources: readonly string[],
    flags: string,
  ) => { match(text: string): number[] }
}

/** The engine over the native `re2` package's class. */
export function nativeRe2(RE2: NativeRe2): PatternEngine {
  return {
    name: 're2',
    compile(source) {
      const compiled = new RE2(source, 'gu')
      const tester = new RE2(source, 'u')
      return {
        test: (text) => tester.test(text),
        find: (text, limit) => {
          return all(text, limit, (part, from) => {
            compiled.lastIndex = from
            const match = compiled.exec(part)
            return match === null ? null : { start: match.index, end: match.index + match[0].length }
          })
        },
      }
    },
    compileSet(sources) {
      if (RE2.Set !== undefined) {
        const set = new RE2.Set(sources, 'u')
        return (text) => set.match(text)
      }
      const all = sources.map((source) => new RE2(source, 'u'))
      return (text) => all.flatMap((each, index) => (each.test(text) ? [index] : []))
    },
  }
}
