/**
 * Attempts to turn a model against its instructions, told by families of patterns over words and by what such texts are
 * like. A text's score is the noisy-or of its signs: one weak sign is little, three are much.
 */
import { type Clean, endOf, startOf } from '../clean.ts'
import type { Finding } from '../finding.ts'
import { folded } from '../folded.ts'
import { viewsOf, watchFor } from '../view/view.ts'
import { type Family, families } from './family.ts'
import type { Hit } from './grammar.ts'
import { likenessOf } from './likeness.ts'
import { markersIn } from './marker.ts'
import { isAddressed, meant, mentioned } from './mention.ts'
import { wordHits } from './words.ts'

/** Who wrote the text. */
export type Direction = 'input' | 'output' | 'tool'

export interface InjectionSettings {
  readonly direction: Direction
  /** Score of the whole text from which its findings are told. */
  readonly threshold: number
  /** Families that do not count, as `injection/tool`. */
  readonly off?: readonly string[]
}

export interface Injection {
  readonly score: number
  readonly findings: readonly Finding[]
}

interface Sign {
  readonly name: string
  readonly why: string
  readonly weight: number
  readonly start: number
  readonly end: number
  readonly view?: string
}

const MARKER = families.findIndex(({ name }) => name === 'forgery')

export function injectionIn(given: Clean, { direction, threshold, off = [] }: InjectionSettings): Injection {
  const best = new Map<string, Sign>()
  const keep = (sign: Sign) => {
    if (off.length > 0 && off.includes(`injection/${sign.name}`)) return
    const before = best.get(sign.name)
    if (before === undefined || before.weight < sign.weight) best.set(sign.name, sign)
  }
  const text = folded(given.text)
  const foreign = direction === 'tool' ? 1.15 : 1
  const triggers: string[] = []
  readSigns(text, keep, foreign, triggers)
  for (const view of viewsOf(given.text, text, given.hidden, triggers)) {
    const inner = new Map<string, Sign>()
    view.read((hit) => signOf(hit, 1, (sign) => keepBest(inner, sign)))
    for (const sign of inner.values()) {
      const plain = best.get(sign.name)
      // what is plain to see too is not hidden; letters run together make words that no one wrote
      if (plain !== undefined && plain.view === undefined && plain.weight >= sign.weight * 0.3) continue
      if (view.isGuess && (sign.weight < 0.55 || sign.end - sign.start < 12)) continue
      // who hides it means it
      const weight = 1 - (1 - sign.weight) * 0.5
      keep({ ...sign, weight, start: view.start, end: view.end, view: view.name })
    }
  }
  hiddenSigns(given, keep)
  const plain = [...best.values()]
  const signs = direction === 'tool' ? plain : addressed(text, plain)
  return told(given, scoreOf(signs) >= SURE ? signs : likened(text, signs, off), threshold)
}

const LIKENESS = 'likeness'
/** Log odds from which a text is told for what it is like alone, and below which that speaks for it. */
const LIKE = 1.5
const UNLIKE = -2.5
/** Signs that come to this together are told whatever the text is like. */
const SURE = 0.7

/** Adds what the text is like. Plain signs count less where the whole is not like an attack. */
function likened(text: string, signs: readonly Sign[], off: readonly string[]): readonly Sign[] {
  if (off.includes(`injection/${LIKENESS}`)) return signs
  const { odds, start, end } = likenessOf(text)
  if (odds > LIKE) {
    const weight = Math.min(0.75, 0.4 + (odds - LIKE) * 0.1) * mentioned(text, start, end)
    return [...signs, { name: LIKENESS, why: 'Worded like texts that try to turn a model.', weight, start, end }]
  }
  if (odds > UNLIKE) return signs
  return signs.map((sign) => (sign.view === undefined ? { ...sign, weight: sign.weight * 0.5 } : sign))
}

function readSigns(text: string, keep: (sign: Sign) => void, foreign: number, triggers: string[]): void {
  wordHits(
    text,
    (hit) =>
      signOf(hit, foreign, (sign) => {
        const { name, weight, start, end } = sign
        keep({ ...sign, weight: weight * mentioned(text, start, end) * meant(name, text, start, end) })
      }),
    watchFor(triggers),
  )
  let weight = 0
  markersIn(text, (more, start, end) => {
    const { name, why } = families[MARKER] as (typeof families)[number]
    weight = Math.min(0.6, 1 - (1 - weight) * (1 - more))
    keep({ name: `${name}-sign`, why, weight: weight * foreign, start, end })
  })
}

function signOf({ family, weight, start, end }: Hit, foreign: number, keep: (sign: Sign) => void): void {
  const { name, why, isForeign, inside = 1 } = families[family] as Family
  const share = foreign === 1 ? inside : isForeign ? foreign : 1
  keep({ name, why, weight: Math.min(0.95, weight * share), start, end })
}

/** Weaker ones count little where nobody is spoken to: a report, a law, a program. */
function addressed(text: string, signs: readonly Sign[]): readonly Sign[] {
  if (signs.every(({ weight, view }) => weight >= CLEAR || view !== undefined) || isAddressed(text)) return signs
  return signs.map((sign) =>
    sign.weight >= CLEAR || sign.view !== undefined ? sign : { ...sign, weight: sign.weight * UNADDRESSED },
  )
}

const CLEAR = 0.5
const UNADDRESSED = 0.6

function keepBest(map: Map<string, Sign>, sign: Sign): void {
  if ((map.get(sign.name)?.weight ?? 0) < sign.weight) map.set(sign.name, sign)
}

function hiddenSigns(given: Clean, keep: (sign: Sign) => void): void {
  if (given.hidden.length >= 8) {
    const why = 'Holds text in characters that no one sees.'
    keep({ name: 'hidden-text', why, weight: 0.7, start: 0, end: given.text.length, view: 'invisible' })
  }
}

const scoreOf = (signs: readonly Sign[]): number =>
  Math.round((1 - signs.reduce((rest, { weight }) => rest * (1 - weight), 1)) * 1000) / 1000

function told(given: Clean, signs: readonly Sign[], threshold: number): Injection {
  const score = scoreOf(signs)
  if (score < threshold) return { score, findings: [] }
  const findings = signs
    .filter(({ weight }) => weight >= 0.15)
    .map(({ name, why, start, end, view }): Finding => {
      return {
        guard: 'injection',
        type: 'PROMPT_INJECTION',
        rule: `injection/${name}`,
        start: startOf(given, start),
        end: endOf(given, end),
        score,
        ...(view === undefined ? {} : { view }),
        why,
      }
    })
  return { score, findings: findings.sort((a, b) => a.start - b.start) }
}
