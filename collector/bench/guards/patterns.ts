/** A thousand patterns that are made to run for ever, each over 64 KB made for it: refused when loaded, or how long. */
import { compilePattern } from '@outrider/policies/guards'
import { guardEngine } from '../../src/guard-policy.ts'
import { createChance } from '../chance.ts'
import { percentile } from '../figure.ts'
import { table } from './tally.ts'

const SIZE = 65_536
const COUNT = 1000
const LIMIT_MS = 50

export function patternTable(): string {
  const refused: string[] = []
  const times: number[] = []
  const slow: string[] = []
  for (const [source, text] of hostilePatterns(COUNT)) {
    const compiled = compilePattern(source, guardEngine())
    if (!compiled.ok) {
      refused.push(compiled.why)
      continue
    }
    // the best of three: what a busy machine adds is not the pattern's
    const ms = Math.min(...[1, 2, 3].map(() => timed(() => compiled.pattern.find(text, 1000))))
    times.push(ms)
    if (ms > LIMIT_MS) slow.push(`${source} ${ms.toFixed(0)} ms`)
  }
  return [
    `${COUNT} hostile patterns over 64 KB each, by ${guardEngine().name}`,
    table(
      ['what', 'figure'],
      [
        ['refused when loaded', String(refused.length)],
        ['ran', String(times.length)],
        ['p50, ms', percentile(times, 50).toFixed(2)],
        ['p99, ms', percentile(times, 99).toFixed(2)],
        ['slowest, ms', Math.max(...times).toFixed(1)],
        [`above ${LIMIT_MS} ms`, slow.length === 0 ? '0' : `${slow.length}: ${slow.slice(0, 3).join('; ')}`],
      ],
    ),
  ].join('\n\n')
}

/** What has brought engines down that go back, from the catalogues: nested and overlapping repetitions, counts, look-arounds. */
const shapes: readonly ((a: string, b: string, n: number) => string)[] = [
  (a) => `^(${a}+)+$`,
  (a) => `(${a}*)*b`,
  (a) => `(${a}|${a}${a})+$`,
  (a) => `(${a}|${a}?)+x`,
  (a, b) => `(${a}+${b}?)+!`,
  (a) => `(.*${a}){12}`,
  (a, _b, n) => `(.*${a}){${n}}`,
  (a, b) => `.*${a}.*${b}.*=.*`,
  (a, _b, n) => `(${a}{1,${n}}){1,${n}}`,
  (a, _b, n) => `(${a}{${n}}){${n}}`,
  (a, _b, n) => `${a}{0,${n}}${a}{0,${n}}${a}{0,${n}}$`,
  (a, b) => `((${a}|${b})*)*c`,
  (a) => `(?=(${a}+))\\1b`,
  (a) => `(${a})\\1+`,
  (_a, _b, n) => `[\\p{L}\\p{N}]{${n}}[^\\p{L}]`,
  (_a, _b, n) => `(\\w+\\s?){${n}}$`,
  (a, b) => `^(([${a}-${b}])+.)+[A-Z]([${a}-${b}])+$`,
  (a) => `(${a}?){30}${a}{30}`,
  (a, b) => `(?i)(${a}|${b}|${a}${b}|${b}${a}|${a}${b}${a})*!$`,
  (a, b) => `(${a}.*?${b}.*?){6}$`,
  // short matches that nobody knows to be so before the end of the text
  (a) => `(?:${a}+!|${a})`,
  (a, b) => `(?:${a}.*!|${b}?${a})`,
]

function* hostilePatterns(count: number): Generator<readonly [string, string]> {
  const chance = createChance(7)
  for (let i = 0; i < count; i++) {
    const a = String.fromCharCode(97 + chance.below(25))
    const b = String.fromCharCode(a.charCodeAt(0) + 1)
    const n = [5, 20, 64, 200, 1000][i % 5] as number
    const source = (shapes[i % shapes.length] as (typeof shapes)[0])(a, b, n)
    const unit = [a, `${a}${b}`, `${a} `, `${a}${a}${b}`][chance.below(4)] as string
    yield [source, `${unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE - 1)}?`]
  }
}

function timed(work: () => unknown): number {
  const before = performance.now()
  work()
  return performance.now() - before
}
