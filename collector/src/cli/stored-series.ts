/** Rules of a collector, and what they judge as it is stored: asked for a day at a time. */
import { matches, type ReplayRow, type Rule } from '@outrider/alerts'
import { z } from 'zod'
import { parseRules } from '../alert-rules.ts'
import { unknownName } from '../nearest.ts'
import type { Collector } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'

export interface StoredSeries {
  /** E.g. `error-rate{agent=triage}`. */
  readonly name: string
  readonly rows: readonly ReplayRow[]
  /** ms since 1970, ascending. */
  readonly deploys: readonly number[]
}

const DAY_MS = 86_400_000
const rulesAnswer = z.object({ rules: z.array(z.object({ name: z.string(), yaml: z.string() })) })
const samplesAnswer = z.object({
  series: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      rows: z.array(z.tuple([z.number(), z.number().nullable(), z.number().nullable()])),
      deploys: z.array(z.number()),
    }),
  ),
})

/** All rules of the collector, or the one of this name. Fails with exit code 2 where there is none. */
export async function rulesOf(collector: Collector, name: string | undefined): Promise<readonly Rule[]> {
  const { value } = await collector.ask(rulesAnswer, '/api/alerts/rules')
  const texts = value.rules.filter((rule) => name === undefined || rule.name === name)
  const loaded = parseRules(texts.map(({ name: file, yaml }) => ({ file, text: yaml })))
  if (name !== undefined && texts.length === 0) {
    const names = value.rules.map((rule) => rule.name)
    throw new CommandFailure(exitCode.usage, `--rule: ${unknownName('rule', name, names)}`)
  }
  if (!loaded.ok) throw new CommandFailure(exitCode.failed, 'The collector has rules that this version does not know.')
  return loaded.rules
}

export async function storedSeries(
  collector: Collector,
  rule: Rule,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly StoredSeries[]> {
  const found = new Map<string, { rows: ReplayRow[]; deploys: Set<number> }>()
  for (let from = fromMs; from < toMs; from += DAY_MS) {
    const search = new URLSearchParams({
      ...{ rule: rule.name, from: iso(from), to: iso(Math.min(from + DAY_MS, toMs)) },
    })
    const { value } = await collector.ask(samplesAnswer, '/api/alerts/samples', search)
    for (const { labels, rows, deploys } of value.series) {
      if (!matches(rule.match, labels)) continue
      const name = nameOf(rule, labels)
      const known = found.get(name) ?? { rows: [], deploys: new Set() }
      for (const [seconds, number, count] of rows) known.rows.push({ timeMs: seconds * 1000, value: number, count })
      for (const seconds of deploys) known.deploys.add(seconds * 1000)
      found.set(name, known)
    }
  }
  return [...found].map(([name, { rows, deploys }]) => ({
    ...{ name, rows, deploys: [...deploys].sort((a, b) => a - b) },
  }))
}

const nameOf = ({ name, by }: Rule, labels: Readonly<Record<string, string>>): string =>
  by.length === 0 ? name : `${name}{${by.map((label) => `${label}=${labels[label]}`).join(',')}}`

const iso = (ms: number): string => new Date(ms).toISOString()
