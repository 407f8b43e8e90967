/**
 * `node collector/bench/guards/teach.ts [DIR] [--half 0|1]`: learns what injections are like and writes
 * policies/src/guards/injection/weights.ts. DIR holds an injection.jsonl of others, learned from too; with `--half` one
 * half of it only, so that `npm run bench:guards -- DIR --half` with the other number says how right that is on texts that
 * were not learned from. Same texts, same weights.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { clean, folded, PASSAGE, TRAITS, traitsOf } from '@outrider/policies/guards'
import { createChance } from '../chance.ts'
import { halfOf, type Lesson, ownLessons } from './lesson.ts'

const EPOCHS = 20
const RATE = 0.15
const DECAY = 0.97
/** A trait of one text alone teaches nothing. */
const SEEN = 2
const SCALE = 32

interface Example {
  readonly isBad: boolean
  readonly weight: number
  /** Traits of each word, none twice within a passage. */
  readonly words: readonly Int32Array[]
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { half: { type: 'string' } } })
const others: Lesson[] =
  positionals[0] === undefined
    ? []
    : readFileSync(join(positionals[0], 'injection.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { text: string; label: number })
        .filter(({ text }) => values.half === undefined || halfOf(text) === values.half)
        .map(({ text, label }) => ({ text, isBad: label === 1, weight: 1 }))
const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const lessons = [...ownLessons(root('node_modules')), ...others]
const examples = known(lessons)
const { weights, bias } = learned(examples)
const kept = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight * SCALE))))
writeFileSync(
  root('policies/src/guards/injection/weights.ts'),
  `/** Written by collector/bench/guards/teach.ts: what each trait weighs, in parts of \`scale\`. */
import { base64 } from '@scure/base'

export const bias = ${bias.toFixed(3)}
export const scale = ${SCALE}
export const weights = new Int8Array(
  base64.decode(
    '${Buffer.from(kept.buffer).toString('base64')}',
  ),
)
`,
)
process.stdout.write(
  `${lessons.length} texts, ${others.length} of others; ${kept.filter((one) => one !== 0).length} traits weigh\n`,
)

function known(all: readonly Lesson[]): readonly Example[] {
  const seen = new Uint32Array(TRAITS)
  const read = all.map(({ text, isBad, weight }): Example => {
    const words = wordsOf(text)
    for (const trait of new Set(words.flatMap((word) => [...word]))) seen[trait] = (seen[trait] as number) + 1
    return { isBad, weight, words }
  })
  return read.map((one) => ({
    ...one,
    words: one.words.map((word) => word.filter((trait) => (seen[trait] as number) >= SEEN)),
  }))
}

function wordsOf(text: string): Int32Array[] {
  const { traits, until, count } = traitsOf(folded(clean(text).text))
  const latest = new Map<number, number>()
  return Array.from({ length: count }, (_, word) =>
    traits.slice(word === 0 ? 0 : until[word - 1], until[word]).filter((trait) => {
      const before = latest.get(trait)
      if (before !== undefined && word - before < PASSAGE) return false
      latest.set(trait, word)
      return true
    }),
  )
}

/** Logistic regression on the passage that weighs most, step by step, with a rate of its own for each trait. */
function learned(all: readonly Example[]) {
  const weights = new Float64Array(TRAITS)
  const steps = new Float64Array(TRAITS)
  let bias = -1
  let biasSteps = 0
  const chance = createChance(1)
  const order = all.map((_, index) => index)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const other = chance.below(i + 1)
      ;[order[i], order[other]] = [order[other] as number, order[i] as number]
    }
    for (const index of order) {
      const { words, isBad, weight } = all[index] as Example
      const [sum, from, to] = heaviest(words, weights)
      const error = (1 / (1 + Math.exp(-sum - bias)) - Number(isBad)) * weight
      if (Math.abs(error) < 1e-3) continue
      for (let word = from; word < to; word++)
        for (const trait of words[word] as Int32Array) {
          steps[trait] = (steps[trait] as number) + error * error
          weights[trait] = (weights[trait] as number) - (RATE * error) / Math.sqrt((steps[trait] as number) + 1)
        }
      biasSteps += error * error
      bias -= (RATE * error) / Math.sqrt(biasSteps + 1)
    }
    for (let trait = 0; trait < TRAITS; trait++) weights[trait] = (weights[trait] as number) * DECAY
  }
  return { weights, bias }
}

function heaviest(words: readonly Int32Array[], weights: Float64Array): readonly [number, number, number] {
  const sums = words.map((word) => word.reduce((sum, trait) => sum + (weights[trait] as number), 0))
  let best: [number, number, number] = [Number.NEGATIVE_INFINITY, 0, words.length]
  let sum = 0
  sums.forEach((own, word) => {
    sum += own - (word >= PASSAGE ? (sums[word - PASSAGE] as number) : 0)
    if (sum > best[0] && (word >= PASSAGE - 1 || word === words.length - 1))
      best = [sum, Math.max(0, word + 1 - PASSAGE), word + 1]
  })
  return words.length === 0 ? [0, 0, 0] : best
}
