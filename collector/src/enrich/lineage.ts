import type { Span } from '../span.ts'
import type { Change } from '../store/store.ts'
import { createFamily, type Family, type Others, type Retold } from './family.ts'

import type { Pricer } from './price.ts'
import { createTwins } from './twin.ts'

export interface Lineage {
  /**
   * Gives spans what their ancestors said: agent, calling agent, workflow, session, user, tenant; and merges calls that
   * several spans tell into the one that counts. Knows the batch and the traces seen lately. What a span that comes later
   * changes about those told before is in `corrections`.
   */
  apply(spans: readonly Span[]): Span[]
  /** Spans that the store holds, as an earlier process told them: as if they had been told here. */
  recall(spans: readonly Span[]): void
  /** Spans told before that are otherwise by now. Each change is given once; the last value wins. */
  corrections(): readonly Correction[]
}

/** Fields that are others now, with `said`, and priced again where they take another price. */
interface Correction extends Change {
  /** The call before, when an earlier process told it. */
  readonly stored: Span | null
}

export interface LineageSettings {
  /** For calls that another span's word makes dearer or cheaper. @default leaves them without a price */
  readonly price?: Pricer['price']
  /** Traces remembered, least recently seen forgotten first. @default 2000 */
  readonly traces?: number
  /** Spans remembered over all traces. @default 100,000 */
  readonly spans?: number
}

/** An agent whose calls were told so many traces ago may be taken for one that alone tells them. */
const MOST_FORGOTTEN = 100_000

export function createLineage(settings: LineageSettings = {}): Lineage {
  const { price = (call) => call, traces = 2000, spans: room = 100_000 } = settings
  /** In order of last use. */
  const families = new Map<string, Family>()
  const twins = createTwins()
  /** Traces of which some span may be otherwise by now. */
  const changed = new Set<string>()
  /** Traces that are known no more, and told usage. */
  const forgotten = new Set<string>()
  let remembered = 0

  const others: Others = {
    touch({ traceId, spanId }) {
      families.get(traceId)?.touch(spanId)
      changed.add(traceId)
    },
  }

  function familyOf(traceId: string): Family {
    const family = families.get(traceId) ?? createFamily(twins, others, forgotten.has(traceId))
    families.delete(traceId)
    families.set(traceId, family)
    changed.add(traceId)
    return family
  }

  function forget(): void {
    for (const [traceId, family] of families) {
      if (families.size <= traces && remembered <= room) return
      families.delete(traceId)
      changed.delete(traceId)
      if (family.isTelling()) remember(traceId)
      family.close()
      remembered -= family.size()
    }
  }

  function remember(traceId: string): void {
    forgotten.delete(traceId)
    forgotten.add(traceId)
    if (forgotten.size > MOST_FORGOTTEN) forgotten.delete(forgotten.values().next().value!)
  }

  function each(spans: readonly Span[], take: (family: Family, span: Span) => void): void {
    let traceId = ''
    let family: Family | null = null
    for (const span of spans) {
      // spans of one trace mostly come together
      if (family === null || span.traceId !== traceId) family = familyOf(span.traceId)
      traceId = span.traceId
      const before = family.size()
      take(family, span)
      remembered += family.size() - before
    }
  }

  return {
    corrections() {
      const all: Correction[] = []
      for (const traceId of changed) {
        for (const { tenant, spanId, fields, call, stored } of families.get(traceId)?.changes() ?? []) {
          all.push({ tenant, traceId, spanId, fields: call === null ? fields : { ...fields, ...priced(call) }, stored })
        }
      }
      changed.clear()
      return all
    },
    apply(spans) {
      each(spans, (family, span) => family.add(span))
      const told = spans.map((span) => (families.get(span.traceId) as Family).tell(span))
      forget()
      return told
    },
    recall(spans) {
      each(spans, (family, span) => family.recall(span))
      forget()
    },
  }

  function priced(call: NonNullable<Retold['call']>) {
    const reported = call.costNano === null ? null : ('reported' as const)
    const { costNano, costSource, priceVersion } = price({ ...call, costSource: reported, priceVersion: null })
    return { costNano, costSource, priceVersion }
  }
}

/**
 * The same for whole runs at read, where every span is at hand. Pure; keeps the order. A span whose word is another now
 * has neither cost nor `costSource`: it is to be priced.
 */
export function inherit(spans: readonly Span[]): Span[] {
  const families = new Map<string, Family>()
  const twins = createTwins()
  const others: Others = { touch() {} }
  for (const span of spans) {
    const family = families.get(span.traceId) ?? createFamily(twins, others)
    families.set(span.traceId, family)
    family.add(span)
  }
  for (const family of families.values()) family.bridge()
  return spans.map((span) => (families.get(span.traceId) as Family).tell(span))
}
