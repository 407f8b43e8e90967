/**
 * What another policy would have said of stored runs, a turn at a time. Texts are read as they are kept; of what was hidden
 * before it was stored, what was found then is judged again.
 */
import { type Action, actionOn, type GuardPolicy } from '@outrider/policies/guards'
import type { GuardSettings } from '../guard-policy.ts'
import { EVIDENCE, type Evidence } from '../guarding.ts'
import type { Span } from '../span.ts'
import type { FindingStore } from '../store/finding-store.ts'
import type { Store } from '../store/store.ts'
import { joined } from './evidence.ts'
import type { Reader } from './reader.ts'
import { allTexts, isHash } from './span-texts.ts'

export interface ReplayParts {
  readonly store: Pick<Store, 'runs' | 'run'> & Pick<FindingStore, 'findings'>
  readonly reader: Pick<Reader, 'look'>
  /** Milliseconds that never go back. @default performance.now */
  now?(): number
}

export interface ReplayQuery {
  readonly policy: GuardPolicy
  /** What the policy was made of. */
  readonly settings: GuardSettings
  /** ms since 1970; `toMs` is not included. */
  readonly fromMs: number
  readonly toMs: number
  readonly cursor?: string
}

type Would = Exclude<Action, 'allow'>
const WOULD: readonly Would[] = ['flag', 'redact', 'ask', 'block']

export interface Replayed {
  /** Where to go on when the time for one answer was over; null when all is done. */
  readonly next: string | null
  readonly runs: number
  readonly spans: number
  readonly texts: number
  /** Runs by the strictest that the policy would have asked for. */
  readonly runsBy: Readonly<Record<Would, number>>
  readonly rules: readonly ReplayedRule[]
  /** What could not be read, and why. */
  readonly kept: {
    /** Spans whose personal data and secrets were hidden before they were stored: those of them that were found count. */
    readonly redacted: number
    /** Spans of which no text is kept. */
    readonly without: number
    /** Spans whose texts were cut: what was beyond is unknown. */
    readonly cut: number
    /** Texts that the guards could not read in time. */
    readonly unread: number
  }
}

interface ReplayedRule {
  readonly rule: string
  readonly guard: string
  readonly findings: number
  readonly runs: number
  readonly by: Readonly<Record<Would, number>>
  /** Of these findings, what people said of the same ones. */
  readonly falseAlarms: number
  readonly right: number
  /** The first few. */
  readonly examples: readonly ReplayedExample[]
}

type ReplayedExample = Pick<Evidence, 'direction' | 'field' | 'action' | 'before' | 'found' | 'after'> & {
  readonly traceId: string
  readonly spanId: string
}

/** One answer takes about so long; a page of runs is always done whole. */
const PATIENCE_MS = 20_000
const PAGE = 20
const EXAMPLES = 3

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Sums = Mutable<Omit<ReplayedRule, 'by' | 'examples'>> & {
  readonly by: Record<Would, number>
  readonly examples: ReplayedExample[]
}
const none = (): Record<Would, number> => ({ flag: 0, redact: 0, ask: 0, block: 0 })

/** Changes nothing. Rejects as the store does. */
export async function replay(
  { store, reader, now = () => performance.now() }: ReplayParts,
  tenant: string | null,
  query: ReplayQuery,
): Promise<Replayed> {
  const { policy, settings, fromMs, toMs } = query
  const began = now()
  const kept = { redacted: 0, without: 0, cut: 0, unread: 0 }
  const sums = { runs: 0, spans: 0, texts: 0, runsBy: none() }
  const rules = new Map<string, Sums>()

  async function readRun(traceId: string): Promise<void> {
    const stored = await store.run(tenant, traceId)
    if (stored === null) return
    const found = await judge(stored.spans)
    sums.runs += 1
    sums.spans += stored.spans.length
    if (found.length === 0) return
    sums.runsBy[WOULD.findLast((would) => found.some(({ one }) => one.action === would)) as Would] += 1
    const marks = await marksOf(traceId)
    const seen = new Set<string>()
    for (const { spanId, one } of found) {
      const sum = rules.get(one.rule) ?? newSums(one)
      rules.set(one.rule, sum)
      sum.findings += 1
      sum.by[one.action as Would] += 1
      if (!seen.has(one.rule)) sum.runs += 1
      seen.add(one.rule)
      const mark = marks.get(keyOf(spanId, one))
      if (mark === 'false_alarm') sum.falseAlarms += 1
      if (mark === 'right') sum.right += 1
      const { direction, field, action, before, found: text, after } = one
      if (sum.examples.length < EXAMPLES)
        sum.examples.push({ traceId, spanId, direction, field, action, before, found: text, after })
    }
  }

  /** By span: what the texts hold, and what was found in them before they were hidden. */
  async function judge(spans: readonly Span[]): Promise<readonly { spanId: string; one: Evidence }[]> {
    const bySpan = new Map<string, Evidence[]>()
    const add = (spanId: string, all: readonly Evidence[]) => {
      bySpan.set(spanId, [...(bySpan.get(spanId) ?? []), ...all])
    }
    const texts = spans.flatMap((span) => allTexts(span).map((text) => ({ span, text })))
    for (const span of spans) noteKept(span)
    sums.texts += texts.length
    for (let from = 0; from < texts.length; from += 200) {
      const part = texts.slice(from, from + 200)
      const asked = { texts: part.map(({ text }) => text), scope: {}, instead: settings }
      const seen = await reader.look({ ...asked, judge: { source: 'ingest', keepsText: true, mayRewrite: true } })
      if (seen === null) kept.unread += part.length
      for (const { at, evidence } of seen ?? []) add((part[at] as (typeof part)[0]).span.spanId, evidence)
    }
    for (const span of spans) add(ofSpan(span), hiddenBefore(span))
    return [...bySpan].flatMap(([spanId, all]) => joined(all).map((one) => ({ spanId, one })))
  }

  function hiddenBefore({ attributes }: Span): readonly Evidence[] {
    return evidenceIn(attributes[EVIDENCE]).flatMap((one) => {
      if (one.guard !== 'pii' && one.guard !== 'secret') return []
      const action = actionOn(one, one.direction, policy)
      return action === 'allow' ? [] : [{ ...one, action, enforced: false }]
    })
  }

  function noteKept({ contentMode, cut, input, output, toolArgs, kind }: Span): void {
    if (kind === 'gate' || kind === 'guard') return
    if (contentMode === 'redacted') kept.redacted += 1
    const texts = [input, output, toolArgs].filter((text) => text !== null)
    if (contentMode === 'none' || (texts.length > 0 && texts.every(isHash))) kept.without += 1
    if ('input' in cut || 'output' in cut) kept.cut += 1
  }

  async function marksOf(traceId: string): Promise<ReadonlyMap<string, string>> {
    const { findings } = await store.findings(tenant, { trace: traceId, fromMs: 0, toMs: 2 ** 42, limit: 500 })
    return new Map(findings.flatMap((one) => (one.mark === null ? [] : [[keyOf(one.spanId, one), one.mark.verdict]])))
  }

  let cursor = query.cursor
  for (;;) {
    const page = await store.runs(tenant, { limit: PAGE, fromMs, toMs, ...(cursor === undefined ? {} : { cursor }) })
    for (const { traceId } of page.runs) await readRun(traceId)
    cursor = page.next ?? undefined
    if (cursor !== undefined && now() - began < PATIENCE_MS) continue
    const all = [...rules.values()].sort((a, b) => b.findings - a.findings)
    return { next: cursor ?? null, ...sums, rules: all, kept }
  }
}

const newSums = ({ rule, guard }: Evidence): Sums => {
  return { rule, guard, findings: 0, runs: 0, by: none(), falseAlarms: 0, right: 0, examples: [] }
}

const keyOf = (spanId: string, { direction, rule, type }: Pick<Evidence, 'direction' | 'rule' | 'type'>): string =>
  `${spanId} ${direction} ${rule} ${type}`

/** The span that is spoken of. */
function ofSpan({ kind, spanId, attributes }: Span): string {
  const named = kind === 'gate' || kind === 'guard' ? attributes['outrider.gate.span_id'] : undefined
  return typeof named === 'string' ? named : spanId
}

function evidenceIn(text: unknown): readonly Evidence[] {
  if (typeof text !== 'string') return []
  try {
    return JSON.parse(text) as readonly Evidence[]
  } catch {
    return []
  }
}
