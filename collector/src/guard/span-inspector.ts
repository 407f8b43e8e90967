/**
 * Guards over telemetry: the same engine, also for spans of programs that never ask the gate. Personal data and secrets are
 * known from the pass that hides them; the other guards read, in the thread, what came from outside: results of tools,
 * documents, what users say, what a model answered. What they find stands on the span before it is stored.
 */
import { type GuardPolicy, type JudgedFinding, sensitiveBy } from '@outrider/policies/guards'
import type { GuardScope } from '../guard-policy.ts'
import { EVIDENCE, type Evidence } from '../guarding.ts'
import type { Span } from '../span.ts'
import { mapInTurns } from '../turn.ts'
import { evidenceOf, joined } from './evidence.ts'
import type { Reader } from './reader.ts'
import { directionOf, type SpanText, textsToRead } from './span-texts.ts'

/** Secrets and personal data of one text of a span, as the pass that hides them found them. */
type Heard = (field: string, text: string, found: readonly { readonly start: number }[]) => void

export interface SpanInspectorParts {
  policyOf(scope: GuardScope): GuardPolicy
  readonly reader: Pick<Reader, 'look'>
  /** Whether the text around a finding may be kept. */
  readonly keepsText: boolean
  /** Told of everything that was found, for metrics. */
  found(evidence: readonly Evidence[]): void
  /** Texts that were not read: the thread died of them or took too long. */
  unread(texts: number): void
}

/**
 * The step that hides, with what was found on each span.
 *
 * @param treat prices and redacts one span; tells `heard` what it hides
 */
export type Inspect = (spans: readonly Span[], treat: (span: Span, heard: Heard) => Span) => Promise<readonly Span[]>

export function createSpanInspector(parts: SpanInspectorParts): Inspect {
  const { policyOf, reader, keepsText, found, unread } = parts

  return async (spans, treat) => {
    const evidence = new Map<Span, Evidence[]>()
    const add = (span: Span, more: readonly Evidence[]) => {
      if (more.length === 0) return
      const all = evidence.get(span)
      if (all === undefined) evidence.set(span, [...more])
      else all.push(...more)
    }
    // asked for first: the thread reads while this one hides
    const reading = readAll(spans, add)
    const treated = await mapInTurns(spans, (span) => treat(span, hearing(span, add)))
    await reading
    return treated.map((span, at) => withEvidence(span, joined(evidence.get(spans[at] as Span) ?? [])))
  }

  function hearing(span: Span, add: (span: Span, more: readonly Evidence[]) => void): Heard {
    return (field, text, known) => {
      const policy = policyOf(scopeOf(span))
      const direction = directionOf(span, field, text, known[0]?.start ?? 0)
      // known is also what only looks like it; told is what the policy asks for
      const told: readonly JudgedFinding[] = sensitiveBy(text, direction, policy)
      const settings = { policy, direction, field, source: 'ingest', enforced: false, keepsText } as const
      add(span, evidenceOf(text, told, settings))
    }
  }

  async function readAll(spans: readonly Span[], add: (span: Span, more: readonly Evidence[]) => void): Promise<void> {
    const groups = new Map<GuardPolicy, { readonly span: Span; readonly text: SpanText }[]>()
    for (const span of spans) {
      const policy = policyOf(scopeOf(span))
      for (const text of textsToRead(span, policy)) {
        const group = groups.get(policy)
        if (group === undefined) groups.set(policy, [{ span, text }])
        else group.push({ span, text })
      }
    }
    const judge = { source: 'ingest', keepsText, mayRewrite: true } as const
    await Promise.all(
      [...groups.values()].map(async (group) => {
        const scope = scopeOf((group[0] as (typeof group)[0]).span)
        const seen = await reader.look({ texts: group.map(({ text }) => text), scope, judge })
        if (seen === null) return unread(group.length)
        for (const { at, evidence } of seen) add((group[at] as (typeof group)[0]).span, evidence)
      }),
    )
  }

  function withEvidence(span: Span, all: readonly Evidence[]): Span {
    if (all.length === 0 && !(EVIDENCE in span.attributes)) return span
    const attributes = Object.assign(Object.create(null), span.attributes)
    // what a sender says under this name is nobody's finding
    delete attributes[EVIDENCE]
    if (all.length > 0) {
      attributes[EVIDENCE] = JSON.stringify(all)
      found(all)
    }
    return { ...span, attributes }
  }
}

const scopeOf = ({ workflow, agent, tenantId }: Span): GuardScope => {
  return { workflow: workflow ?? undefined, agent: agent ?? undefined, tenant: tenantId ?? undefined }
}
