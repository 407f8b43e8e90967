import type { Span } from '../span.ts'
import { type Change, createFamily, type Family, type Others } from './family.ts'
import { createTwins } from './twin.ts'

export interface Lineage {
  /**
   * Gives spans what their ancestors said: agent, calling agent, workflow, session, user, tenant; and finds calls that
   * two spans tell. Knows the batch and the traces seen lately. What arrives later than its children reaches them when
   * the run is read, by `inherit`.
   */
  apply(spans: readonly Span[]): Span[]
  /**
   * Spans told by an earlier `apply` that count otherwise by now, because a span came that tells the same call. Each
   * change is given once; the last value wins. Only traces that are still remembered.
   */
  corrections(): readonly Correction[]
}

interface Correction extends Change {
  readonly traceId: string
}

export interface LineageSettings {
  /** Traces remembered, least recently seen forgotten first. @default 2000 */
  readonly traces?: number
  /** Spans remembered over all traces. @default 100,000 */
  readonly spans?: number
}

export function createLineage({ traces = 2000, spans: room = 100_000 }: LineageSettings = {}): Lineage {
  /** In order of last use. */
  const families = new Map<string, Family>()
  const twins = createTwins()
  /** Traces of which some span may count otherwise by now. */
  const changed = new Set<string>()
  let remembered = 0

  const others: Others = {
    counts: ({ traceId, spanId }) => families.get(traceId)?.counts(spanId) ?? false,
    touch({ traceId, spanId }) {
      families.get(traceId)?.touch(spanId)
      changed.add(traceId)
    },
  }

  function familyOf(traceId: string): Family {
    const family = families.get(traceId) ?? createFamily(false, twins, others)
    families.delete(traceId)
    families.set(traceId, family)
    return family
  }

  function forget(): void {
    for (const [traceId, family] of families) {
      if (families.size <= traces && remembered <= room) return
      families.delete(traceId)
      changed.delete(traceId)
      family.close()
      remembered -= family.size()
    }
  }

  return {
    corrections() {
      const all: Correction[] = []
      for (const traceId of changed) {
        for (const change of families.get(traceId)?.changes() ?? []) all.push({ traceId, ...change })
      }
      changed.clear()
      return all
    },
    apply(spans) {
      let traceId = ''
      let family: Family | null = null
      for (const span of spans) {
        // spans of one trace mostly come together
        if (family === null || span.traceId !== traceId) family = familyOf(span.traceId)
        traceId = span.traceId
        const before = family.size()
        family.add(span)
        remembered += family.size() - before
        changed.add(traceId)
      }
      const told = spans.map((span) => (families.get(span.traceId) as Family).tell(span))
      forget()
      return told
    },
  }
}

/** The same for whole runs at read, where every span is at hand. Pure; keeps the order. */
export function inherit(spans: readonly Span[]): Span[] {
  const families = new Map<string, Family>()
  const twins = createTwins()
  const others: Others = {
    counts: ({ traceId, spanId }) => families.get(traceId)?.counts(spanId) ?? false,
    touch() {},
  }
  for (const span of spans) {
    const family = families.get(span.traceId) ?? createFamily(true, twins, others)
    families.set(span.traceId, family)
    family.add(span)
  }
  return spans.map((span) => (families.get(span.traceId) as Family).tell(span))
}
