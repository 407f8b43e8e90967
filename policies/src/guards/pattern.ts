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
/** Steps times repetitions without an end: what each character of a text may cost. */
const DEAREST = 400

/** Compiles, or says why not: too long, too large, or not of RE2's language. */
export function compilePattern(source: string, engine: PatternEngine = re2js): Compiled {
  if (source.length === 0) return { ok: false, why: 'is empty' }
  if (source.length > LONGEST) return { ok: false, why: `is longer than ${LONGEST} characters` }
  try {
    const size = RE2JS.compile(source).programSize()
    if (size > LARGEST) return { ok: false, why: `is too large: ${size} steps, ${LARGEST} at most; use smaller counts` }
    const cost = size * endless(source)
    if (cost > DEAREST)
      return { ok: false, why: `costs too much: ${cost}, ${DEAREST} at most; it repeats too much without an end` }
    return { ok: true, pattern: engine.compile(source) }
  } catch (cause) {
    return { ok: false, why: reason(cause, source) }
  }
}

/** Repetitions without an end, one at least. */
function endless(source: string): number {
  const bare = source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '')
  return Math.max(1, bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0)
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
      find(text, limit) {
        const matcher = compiled.matcher(text)
        const found: Match[] = []
        while (found.length < limit && matcher.find()) {
          if (matcher.end() > matcher.start()) found.push({ start: matcher.start(), end: matcher.end() })
        }
        return found
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

interface NativeRe2 {
  new (source: string, flags: string): RegExp
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
        find(text, limit) {
          const found: Match[] = []
          compiled.lastIndex = 0
          for (let match = compiled.exec(text); match !== null && found.length < limit; match = compiled.exec(text)) {
            if (match[0] === '') compiled.lastIndex++
            else found.push({ start: match.index, end: match.index + match[0].length })
          }
          return found
        },
      }
    },
    compileSet(sources) {
      const all = sources.map((source) => new RE2(source, 'u'))
      return (text) => all.flatMap((each, index) => (each.test(text) ? [index] : []))
    },
  }
}
