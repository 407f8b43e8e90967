/**
 * Alert rules as people write them: packs (`alerts/rules/NAME.yaml`) and files of the same form. Every problem of a file
 * is reported, with the line and, where a name is not known, the one that was probably meant.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { limits, type Rule, type RuleTrigger, ruleDefaults } from '@outrider/alerts'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { LABELS, METRICS, type MetricName } from './alert-metrics.ts'
import { unknownName } from './nearest.ts'

export interface RuleProblem {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** e.g. `rules[2].metric`. */
  readonly path: string
  readonly message: string
}

export type LoadedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] }

const positive = z.number().positive().max(1e12)
const minutes = z.int().min(1).max(43_200)
const share = z.number().min(0).max(1)
const outOf = /^([1-9]|[12]\d|30) of ([1-9]|[12]\d|30)$/

const known = (noun: string, names: readonly string[]) =>
  z.string().superRefine((name, context) => {
    if (!names.includes(name)) context.addIssue({ code: 'custom', message: unknownName(noun, name, names) })
  })
const label = known('label', LABELS)

const RUNBOOK = 'must be an http address, or /runbooks/NAME for one of ours'

const burnRate = z.strictObject({
  budget: positive,
  /** Only for amounts: how long the budget shall last. */
  periodMinutes: minutes.optional(),
  longMinutes: minutes.default(60),
  shortMinutes: minutes.default(5),
  factor: positive.default(14.4),
})

const ruleSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens, 64 at most'),
    metric: known('metric', Object.keys(METRICS)),
    by: z.array(label).max(4).default([]),
    match: z.record(label, z.string()).default(ruleDefaults.match),
    bad: z.enum(['up', 'down', 'both']),
    for: z.string().regex(outOf, 'must be like `3 of 4`: over the limit in 3 of the last 4 minutes').optional(),
    keepFiring: z.int().min(1).max(1440).default(ruleDefaults.keepFiring),
    newNormalMinutes: z.int().min(0).max(43_200).default(ruleDefaults.newNormalMinutes),
    leastCalls: z.int().min(0).max(1e9).default(ruleDefaults.leastCalls),
    severity: z.enum(['info', 'warning', 'critical']).default(ruleDefaults.severity),
    labels: z.record(z.string(), z.string()).default(ruleDefaults.labels),
    runbook: z
      .union([z.url({ protocol: /^https?$/ }), z.string().regex(/^\/runbooks\/[a-z0-9-]+$/)], RUNBOOK)
      .optional(),
    band: z
      .strictObject({ limit: positive.default(limits.band), effect: positive.optional(), floor: positive.optional() })
      .optional(),
    tailRank: z.strictObject({ limit: positive.default(limits.tailRank) }).optional(),
    zscore: z
      .strictObject({
        sigma: positive.default(3),
        windowMinutes: minutes.default(1440),
        least: z.int().min(2).max(43_200).default(60),
        floor: z.number().min(0).default(0),
        relativeFloor: share.default(0.05),
      })
      .optional(),
    threshold: z.strictObject({ limit: z.number(), clear: z.number().optional() }).optional(),
    change: z.strictObject({ minutes: minutes.default(30), by: z.number().gt(1).max(1e6) }).optional(),
    burnRate: burnRate.optional(),
    silence: z.strictObject({ minutes: minutes.default(15), talkative: share.default(0.9) }).optional(),
  })
  .superRefine((rule, context) => {
    const add = (path: string, message: string) => context.addIssue({ code: 'custom', message, path: [path] })
    const given = TRIGGERS.filter((name) => rule[name] !== undefined)
    if (given.length !== 1) add(given[1] ?? 'name', `a rule needs exactly one of ${TRIGGERS.join(', ')}`)
    for (const name of Object.keys(rule.match))
      if (!rule.by.includes(name)) add('match', `has ${name}, which is not in by: its series are not told apart`)
    const [hits = 0, of = 0] = rule.for?.split(' of ').map(Number) ?? []
    if (hits > of) add('for', 'asks for more minutes than it looks at')
    if (rule.threshold !== undefined && rule.bad === 'both') add('bad', 'must be up or down for a threshold')
    if (rule.threshold?.clear !== undefined) {
      const { limit, clear } = rule.threshold
      if (rule.bad === 'up' ? clear > limit : clear < limit) add('threshold', 'has clear on the bad side of limit')
    }
    if (rule.silence !== undefined && rule.metric !== 'calls') add('metric', 'must be calls for silence')
    if (!(rule.metric in METRICS)) return
    const { kind, labels } = METRICS[rule.metric as MetricName]
    for (const name of rule.by)
      if (!(labels as readonly string[]).includes(name))
        add('by', `has ${name}; ${rule.metric} has ${labels.join(', ')}`)
    if (rule.burnRate === undefined) return
    if (rule.burnRate.shortMinutes > rule.burnRate.longMinutes)
      add('burnRate', 'has a short window longer than the long')
    if (kind === 'sum' && rule.burnRate.periodMinutes === undefined)
      add('burnRate', 'needs periodMinutes: how long the budget shall last')
    if (kind !== 'sum' && rule.burnRate.periodMinutes !== undefined)
      add('burnRate', `has periodMinutes, but ${rule.metric} is not an amount`)
  })

const TRIGGERS = ['band', 'tailRank', 'zscore', 'threshold', 'change', 'burnRate', 'silence'] as const
const fileSchema = z.strictObject({ rules: z.array(ruleSchema) })
type WrittenRule = z.infer<typeof ruleSchema>

/** The packs that are shipped. */
export const PACKS = ['default'] as const

export const packFile = (name: (typeof PACKS)[number]): string =>
  fileURLToPath(import.meta.resolve(`@outrider/alerts/rules/${name}.yaml`))

/** A text with rules, and what it is called where something is wrong. */
export interface RuleText {
  readonly file: string
  readonly text: string
}

/** Rules of all these files; a name that stands twice is a problem. Throws where a file cannot be read. */
export const loadRules = (files: readonly string[]): LoadedRules =>
  parseRules(files.map((file) => ({ file, text: readFileSync(file, 'utf8') })))

export function parseRules(texts: readonly RuleText[]): LoadedRules {
  const rules = new Map<string, Rule>()
  const problems: RuleProblem[] = []
  for (const { file, text } of texts) {
    const lines = new LineCounter()
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
    const add = (path: readonly PropertyKey[], message: string) => {
      let line = 1
      for (let depth = path.length; depth > 0; depth--) {
        const node = document.getIn(path.slice(0, depth), true)
        if (!isNode(node) || !node.range) continue
        line = lines.linePos(node.range[0]).line
        break
      }
      problems.push({ file, line, path: pathOf(path), message })
    }
    for (const error of document.errors)
      problems.push({ file, line: lines.linePos(error.pos[0]).line, path: '', message: error.message })
    if (document.errors.length > 0) continue
    const parsed = fileSchema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? { rules: [] })
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        if (issue.code !== 'unrecognized_keys') add(issue.path, issue.message)
        else
          for (const key of issue.keys) add([...issue.path, key], unknownName('setting', key, settingsAt(issue.path)))
      }
      continue
    }
    parsed.data.rules.forEach((written, index) => {
      if (rules.has(written.name)) add(['rules', index, 'name'], `${written.name} is the name of two rules`)
      rules.set(written.name, ruleOf(written))
    })
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules: [...rules.values()] }
}

function ruleOf(written: WrittenRule): Rule {
  const { for: hitsOf, by, runbook, ...rest } = written
  const trigger = triggerOf(written)
  const waits = trigger.type === 'band' ? `${ruleDefaults.hits} of ${ruleDefaults.of}` : '1 of 1'
  const [hits = 1, of = 1] = (hitsOf ?? (trigger.type === 'zscore' ? '5 of 5' : waits)).split(' of ').map(Number)
  const { name, metric, match, bad, keepFiring, newNormalMinutes, leastCalls, severity, labels } = rest
  return {
    ...{ name, metric, match, bad, keepFiring, newNormalMinutes, leastCalls, severity, labels },
    ...{ by: by.toSorted(), kind: METRICS[metric as MetricName].kind, trigger, hits, of, runbook: runbook ?? null },
  }
}

function triggerOf({ band, tailRank, zscore, threshold, change, burnRate, silence }: WrittenRule): RuleTrigger {
  if (band) return { type: 'band', limit: band.limit, effect: band.effect ?? null, floor: band.floor ?? null }
  if (tailRank) return { type: 'tail-rank', ...tailRank }
  if (zscore) return { type: 'zscore', ...zscore }
  if (threshold) return { type: 'threshold', limit: threshold.limit, clear: threshold.clear ?? threshold.limit }
  if (change) return { type: 'change', ...change }
  if (burnRate) return { type: 'burn-rate', ...burnRate, periodMinutes: burnRate.periodMinutes ?? null }
  return { type: 'silence', ...silence! }
}

const settingsAt = (path: readonly PropertyKey[]): readonly string[] =>
  path.length === 0 ? ['rules'] : path.length === 2 ? Object.keys(ruleSchema.shape) : Object.keys(burnRate.shape)

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (all, part) =>
      typeof part === 'number' ? `${all}[${part}]` : all === '' ? String(part) : `${all}.${String(part)}`,
    '',
  )
