import type { Span } from '../span.ts'
import { createFamily, type Family } from './family.ts'

export interface Lineage {
  /**
   * Gives spans what their ancestors said: agent, calling agent, workflow, session, user, tenant; and finds calls that
   * two spans tell. Knows the batch and the traces seen lately. What arrives later than its children reaches them when
   * the run is read, by `inherit`.
   */
  apply(spans: readonly Span[]): Span[]
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
  let remembered = 0

  function familyOf(traceId: string): Family {
    const family = families.get(traceId) ?? createFamily(false)
    families.delete(traceId)
    families.set(traceId, family)
    return family
  }

  function forget(): void {
    for (const [traceId, family] of families) {
      if (families.size <= traces && remembered <= room) return
      families.delete(traceId)
      remembered -= family.size()
    }
  }

  return {
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
  for (const span of spans) {
    const family = families.get(span.traceId) ?? createFamily(true)
    families.set(span.traceId, family)
    family.add(span)
  }
  return spans.map((span) => (families.get(span.traceId) as Family).tell(span))
}
