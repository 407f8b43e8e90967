/** Sent spans to the rows that the collector stores of them, by the collector's own rooms, in its own order. */
import { createLineage } from '../src/enrich/lineage.ts'
import { createPricer } from '../src/enrich/price.ts'
import { createRedactor } from '../src/enrich/redact.ts'
import { canonical, knownAs } from '../src/receive/dialects/canonical.ts'
import { contentKeys } from '../src/receive/dialects/content-key.ts'
import type { RawSpan } from '../src/receive/raw.ts'
import type { Span } from '../src/span.ts'
import { encodeSpans } from '../src/store/row.ts'

const settings = { contentMode: 'redacted', contentBytes: 32_768, tenant: null } as const

/** The steps between a decoded request and an encoded block, apart, so that each can be timed. */
export const steps = () => {
  const lineage = createLineage()
  const pricer = createPricer([])
  const redact = createRedactor('redacted', contentKeys)
  return {
    canonical: (raws: readonly RawSpan[]): readonly Span[] => raws.map((raw) => canonical(raw, settings)),
    lineage: (spans: readonly Span[]): readonly Span[] => lineage.apply(spans),
    price: (spans: readonly Span[]): readonly Span[] => spans.map((span) => pricer.price(span)),
    redact: (spans: readonly Span[]): readonly Span[] => spans.map((span) => redact(span)),
    encode: (spans: readonly Span[], receivedMs: number) => {
      return encodeSpans(spans, 0, receivedMs, { knownAs, maxBytes: 1 << 30, maxRows: spans.length })
    },
  }
}

/** What becomes of sent spans before they are encoded. */
export function createEnrich(): (raws: readonly RawSpan[]) => readonly Span[] {
  const { canonical, lineage, price, redact } = steps()
  return (raws) => redact(price(lineage(canonical(raws))))
}
