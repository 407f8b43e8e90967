/** `outrider replay policies`: what a policy would have flagged, hidden or stopped in stored runs, and how often wrongly. */
import { readFile } from 'node:fs/promises'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { wilson } from '../wilson.ts'
import { type Collector, refusal } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { count } from './figures.ts'
import { plain } from './plain.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface ReplayPoliciesOptions {
  /** ISO time, or milliseconds since 1970. */
  readonly since: string
  /** Packs by name, and at most one file. */
  readonly pack: readonly string[]
  readonly json: boolean
}

const by = z.object({ flag: z.number(), redact: z.number(), ask: z.number(), block: z.number() })
const text = z.string().nullable()
const example = z.object({
  ...{ traceId: z.string(), spanId: z.string(), direction: z.string(), field: z.string(), action: z.string() },
  ...{ before: text, found: text, after: text },
})
const rule = z.object({
  ...{ rule: z.string(), guard: z.string(), findings: z.number(), runs: z.number(), by },
  ...{ falseAlarms: z.number(), right: z.number(), examples: z.array(example) },
})
const kept = z.object({ redacted: z.number(), without: z.number(), cut: z.number(), unread: z.number() })
const turnSchema = z.object({
  ...{ policy: z.string(), policyVersion: z.string(), next: text, runs: z.number(), spans: z.number() },
  ...{ texts: z.number(), runsBy: by, rules: z.array(rule), kept },
})
type Turn = z.infer<typeof turnSchema>
type Rule = z.infer<typeof rule>

const EXAMPLES = 3

export async function replayPolicies(
  collector: Collector,
  terminal: Terminal,
  { since, pack, json }: ReplayPoliciesOptions,
): Promise<void> {
  const asked = { from: since, ...(await packsOf(pack)) }
  let total = await ask(collector, asked)
  while (total.next !== null) {
    terminal.talk(`${count(total.runs, 'run')} so far`)
    total = added(total, await ask(collector, { ...asked, cursor: total.next }))
  }
  const rules = total.rules.map((one) => ({ ...one, ...rateOf(one) }))
  const { next: _, ...answer } = total
  if (json) return terminal.printJson({ since, ...answer, rules })
  tell(terminal, total)
}

async function packsOf(names: readonly string[]): Promise<{ packs: string[]; pack?: unknown }> {
  const isFile = (name: string) => /[/\\]|\.ya?ml$/.test(name)
  const files = names.filter(isFile)
  const packs = names.filter((name) => !isFile(name))
  if (files.length > 1) throw new CommandFailure(exitCode.usage, '--pack: one file at most; join them into one.')
  const [file] = files
  if (file === undefined) return { packs }
  try {
    return { packs, pack: parse(await readFile(file, 'utf8'), { maxAliasCount: 20 }) as unknown }
  } catch (cause) {
    const why =
      cause instanceof YAMLParseError ? 'is no YAML' : `cannot be read (${(cause as NodeJS.ErrnoException).code})`
    throw new CommandFailure(exitCode.usage, `--pack ${plain(file)}: ${why}`)
  }
}

async function ask(collector: Collector, body: object): Promise<Turn> {
  const response = await collector.post('/api/guards/replay', 'application/json', JSON.stringify(body))
  if (!response.ok) throw await refusal(response)
  const parsed = turnSchema.safeParse(await response.json().catch(() => null))
  if (parsed.success) return parsed.data
  throw new CommandFailure(exitCode.failed, `What answers at ${collector.url} is not this version's collector.`)
}

function added(total: Turn, turn: Turn): Turn {
  const rules = new Map(total.rules.map((one) => [one.rule, one]))
  for (const one of turn.rules) {
    const before = rules.get(one.rule)
    const examples = [...(before?.examples ?? []), ...one.examples].slice(0, EXAMPLES)
    rules.set(one.rule, before === undefined ? one : { ...plus(before, one), examples })
  }
  return { ...plus(total, turn), next: turn.next, rules: [...rules.values()].sort((a, b) => b.findings - a.findings) }
}

/** Every number of both added up; else the first's. */
function plus<T extends object>(a: T, b: T): T {
  const sum = (x: unknown, y: unknown): unknown => {
    if (typeof x === 'number') return x + (y as number)
    return typeof x === 'object' && x !== null && !Array.isArray(x) ? plus(x, y as object) : x
  }
  return Object.fromEntries(Object.entries(a).map(([key, value]) => [key, sum(value, b[key as keyof T])])) as T
}

/** Of findings that people judged: how many were none. */
function rateOf({ falseAlarms, right }: Pick<Rule, 'falseAlarms' | 'right'>) {
  const marked = falseAlarms + right
  const range = wilson(falseAlarms, marked)
  return { falseRate: marked === 0 ? null : falseAlarms / marked, low: range?.low ?? null, high: range?.high ?? null }
}

function tell(terminal: Terminal, total: Turn): void {
  const { policy, policyVersion, runs, texts, runsBy, rules, kept: had } = total
  const percent = (share: number) => `${Math.round(share * 100)} %`
  const wrong = (one: Rule): string => {
    const { falseRate, low, high } = rateOf(one)
    if (falseRate === null || low === null || high === null) return 'nobody said'
    return `${one.falseAlarms} of ${one.falseAlarms + one.right} (${percent(low)} to ${percent(high)})`
  }
  const column = (title: string, cell: (one: Rule) => string) => ({ title, cell, right: true }) as const
  terminal.print([
    `${plain(policy)} ${policyVersion} over ${count(runs, 'run')}, ${count(texts, 'text')}`,
    `would stop ${count(runsBy.block, 'run')}, ask in ${count(runsBy.ask)}, redact in ${count(runsBy.redact)}, flag ${count(runsBy.flag)}`,
    ...(rules.length === 0 ? [] : ['']),
    ...table(
      rules,
      [
        { title: 'RULE', cell: (one) => one.rule },
        column('FINDINGS', (one) => count(one.findings)),
        column('RUNS', (one) => count(one.runs)),
        column('BLOCK', (one) => count(one.by.block)),
        column('ASK', (one) => count(one.by.ask)),
        column('REDACT', (one) => count(one.by.redact)),
        column('FLAG', (one) => count(one.by.flag)),
        { title: 'FALSE ALARMS', cell: wrong },
      ],
      terminal,
    ),
    ...rules.flatMap((one) => ['', `${one.rule}`, ...one.examples.map(exampleLine)]),
  ])
  if (had.redacted > 0)
    terminal.talk(
      `${count(had.redacted, 'span')} kept without personal data and secrets: of those, what was found on arrival was judged, and what was allowed then is unknown`,
    )
  if (had.without > 0) terminal.talk(`${count(had.without, 'span')} kept no text: nothing else can be said of them`)
  if (had.cut > 0) terminal.talk(`${count(had.cut, 'span')} with texts that were cut, read as far as they are kept`)
  if (had.unread > 0) terminal.warn(`${count(had.unread, 'text')} could not be read in time`)
}

function exampleLine({ traceId, direction, action, before, found, after }: z.infer<typeof example>): string {
  const shown = found === null ? '(no text is kept)' : `…${before ?? ''}[${found}]${after ?? ''}…`
  return `  ${action.padEnd(6)} ${traceId} ${direction.padEnd(6)} ${plain(shown.replaceAll(/\s+/g, ' '))}`
}
