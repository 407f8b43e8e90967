/** How right the guards are, on labelled texts of others (given by path) and on texts of our own. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GuardName, type GuardPolicy, guard } from '@outrider/policies/guards'
import { halfOf } from './lesson.ts'
import { naiveInjection, naivePii, naiveSecret } from './naive.ts'
import { labelled } from './secrets.ts'
import { streamLine } from './streams.ts'
import { count, f1, falseRate, precision, recall, type Tally, table, tally } from './tally.ts'

/** The types that published comparisons count. */
const CORE: ReadonlyMap<string, string> = new Map(
  ['CREDIT_CARD', 'EMAIL_ADDRESS', 'PHONE_NUMBER', 'US_SSN', 'IBAN_CODE', 'IP_ADDRESS']
    .map((type) => [type, type] as [string, string])
    .concat([
      ['URL', 'URL'],
      ['DOMAIN_NAME', 'URL'],
    ]),
)

interface Span {
  readonly type: string
  readonly start: number
  readonly end: number
}

const rows = (file: string): Record<string, unknown>[] => {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const found = (text: string, policy: GuardPolicy, name: GuardName) =>
  guard(text, 'input', policy).findings.filter((one) => one.guard === name)

/** @param dir folder with `pii.jsonl` and `injection.jsonl`; what is absent is skipped, and said so · `half` of the injections, all unless given */
export function accuracy(dir: string | undefined, policy: GuardPolicy, half: string | undefined): string[] {
  const parts: string[] = []
  const pii = dir === undefined ? '' : join(dir, 'pii.jsonl')
  const injection = dir === undefined ? '' : join(dir, 'injection.jsonl')
  const secrets = dir === undefined ? '' : join(dir, 'secrets.jsonl')
  parts.push(
    existsSync(pii)
      ? piiTable(rows(pii), policy)
      : 'Personal data: skipped, no pii.jsonl was given (GUARD_CORPUS=DIR).',
  )
  parts.push(
    existsSync(injection)
      ? injectionTable(
          rows(injection).filter(({ text }) => half === undefined || halfOf(text as string) === half),
          policy,
        )
      : 'Injections: skipped, no injection.jsonl was given (GUARD_CORPUS=DIR).',
  )
  if (existsSync(secrets)) parts.push(secretTable(rows(secrets), policy))
  const spoken = existsSync(pii) ? rows(pii).map(({ text }) => text as string) : []
  const own = labelled().filter((_, index) => index % 9 === 4)
  parts.push(streamLine([...spoken, ...own.map(({ text }) => text)], policy))
  return parts
}

function piiTable(all: readonly Record<string, unknown>[], policy: GuardPolicy): string {
  const ours = new Map<string, Tally>()
  const theirs = new Map<string, Tally>()
  const clean = { ours: tally(), theirs: tally() }
  for (const row of all) {
    const text = row.text as string
    // labels count code points
    const at = places(text)
    const gold = (row.entities as Span[])
      .filter(({ type }) => CORE.has(type))
      .map((span) => ({ type: CORE.get(span.type) as string, start: at(span.start), end: at(span.end) }))
    const own = score(gold, found(text, policy, 'pii'), ours)
    const other = score(gold, naivePii(text), theirs)
    if (gold.length > 0) continue
    count(clean.ours, false, own)
    count(clean.theirs, false, other)
  }
  const types = [...new Set(CORE.values())]
  const line = (name: string, mine: Tally, floor: Tally) => [name, precision(mine), recall(mine), f1(mine), f1(floor)]
  const lines = types.map((type) => line(type, ours.get(type) ?? tally(), theirs.get(type) ?? tally()))
  lines.push(line('**all**', sum(ours), sum(theirs)))
  return `Personal data, ${all.length} texts; clean texts flagged: ${falseRate(clean.ours)} (naive ${falseRate(clean.theirs)})\n\n${table(['type', 'precision', 'recall', 'F1', 'naive F1'], lines)}`
}

/** Adds to the tallies; answers whether anything of the types was found. */
function score(gold: readonly Span[], seen: readonly Span[], into: Map<string, Tally>): boolean {
  const of = (type: string) => into.get(type) ?? into.set(type, tally()).get(type)!
  const claimed = new Set<Span>()
  let any = false
  for (const one of seen) {
    const type = CORE.get(one.type)
    if (type === undefined) continue
    any = true
    const over = gold.filter((each) => each.type === type && each.start < one.end && each.end > one.start)
    if (over.length === 0) of(type).fp++
    for (const each of over) {
      if (!claimed.has(each)) of(type).tp++
      claimed.add(each)
    }
  }
  for (const each of gold) if (!claimed.has(each)) of(each.type).fn++
  return any
}

const sum = (all: ReadonlyMap<string, Tally>): Tally => {
  const whole = tally()
  for (const one of all.values()) for (const key of ['tp', 'fp', 'fn', 'tn'] as const) whole[key] += one[key]
  return whole
}

function places(text: string): (point: number) => number {
  const starts: number[] = []
  let at = 0
  for (const char of text) {
    starts.push(at)
    at += char.length
  }
  starts.push(at)
  return (point) => starts[point] ?? at
}

const EVERYDAY =
  /^(?:user_question|email|docs|source_code|json_yaml|agent_instructions|table|code_answer|code_error|user_security_task)/

function injectionTable(all: readonly Record<string, unknown>[], policy: GuardPolicy): string {
  const groups = new Map<string, { ours: Tally; theirs: Tally }>()
  const add = (name: string, isBad: boolean, mine: boolean, floor: boolean) => {
    const group = groups.get(name) ?? { ours: tally(), theirs: tally() }
    groups.set(name, group)
    count(group.ours, isBad, mine)
    count(group.theirs, isBad, floor)
  }
  const families = new Map<string, Tally>()
  for (const row of all) {
    const text = row.text as string
    const isBad = row.label === 1
    const findings = found(text, policy, 'injection')
    const mine = findings.length > 0
    const floor = naiveInjection(text)
    if (row.tier !== 'contextual') add('**all but contextual**', isBad, mine, floor)
    add(
      isBad ? `tier ${row.tier}` : EVERYDAY.test(String(row.kind)) ? 'everyday' : 'hard negatives',
      isBad,
      mine,
      floor,
    )
    add(`source ${String(row.source).split(':')[0]}`, isBad, mine, floor)
    for (const rule of new Set(findings.map((one) => one.rule))) {
      const one = families.get(rule) ?? tally()
      families.set(rule, one)
      count(one, isBad, true)
    }
  }
  const lines = [...groups]
    .sort((a, b) => a[0].localeCompare(b[0]))
    .map(([name, { ours, theirs }]) => [
      name,
      String(ours.tp + ours.fn),
      recall(ours),
      String(ours.fp + ours.tn),
      falseRate(ours),
      recall(theirs),
      falseRate(theirs),
    ])
  const byFamily = [...families]
    .sort((a, b) => b[1].tp - a[1].tp)
    .map(([name, one]) => [name, String(one.tp), String(one.fp), precision(one)])
  return [
    `Injections, ${all.length} texts, threshold ${policy.plans.input.section.injection?.threshold ?? 0.4}; with --half N after teach.ts learned from the other half: texts not learned from`,
    table(['group', 'attacks', 'recall', 'benign', 'false alarms', 'naive recall', 'naive false alarms'], lines),
    table(['family', 'in attacks', 'in benign', 'precision'], byFamily),
  ].join('\n\n')
}

function secretTable(all: readonly Record<string, unknown>[], policy: GuardPolicy): string {
  const ours = tally()
  const theirs = tally()
  for (const row of all) {
    const text = row.text as string
    count(ours, row.label === 1, found(text, policy, 'secret').length > 0)
    count(theirs, row.label === 1, naiveSecret(text))
  }
  return table(
    ['secrets', 'precision', 'recall', 'F1', 'false alarms'],
    [
      ['Outrider', precision(ours), recall(ours), f1(ours), falseRate(ours)],
      ['naive', precision(theirs), recall(theirs), f1(theirs), falseRate(theirs)],
    ],
  )
}
