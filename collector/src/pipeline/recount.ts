import type { Span } from '../span.ts'
import type { Change } from '../store/store.ts'

/** What is added up for a call. */
export interface Amounts {
  readonly input: number
  readonly output: number
  readonly nano: number
  readonly unpriced: number
}

export interface Recounted extends Change {
  /** The span before the change, when an earlier process added it up. */
  readonly stored: Span | null
}

export interface Recount<Group> {
  /** A span as it is added up the first time. */
  note(span: Span, group: Group): void
  /** Groups whose amounts change, each with what is added (or, below zero, taken off). Told twice is told once. */
  apply(changes: readonly Recounted[]): readonly (readonly [Group, Amounts])[]
}

export const nothing: Amounts = { input: 0, output: 0, nano: 0, unpriced: 0 }
export const AMOUNTS = Object.keys(nothing) as (keyof Amounts)[]

type Billed = Pick<Span, 'counted' | 'inputTokens' | 'outputTokens' | 'costNano' | 'costSource'>

/** Of a span that counts. */
export function amountsOf({ counted, inputTokens, outputTokens, costNano, costSource }: Billed): Amounts {
  if (!counted) return nothing
  return {
    input: inputTokens ?? 0,
    output: outputTokens ?? 0,
    nano: costNano ?? 0,
    unpriced: costSource === 'unpriced' ? 1 : 0,
  }
}

/**
 * Remembers what was added up, for as long as it may turn out to be otherwise.
 *
 * @param groupOf where a span belongs that an earlier process added up
 * @param remember how many spans at least; twice that at most. @default 50_000
 */
export function createRecount<Group>(groupOf: (span: Span) => Group, remember = 50_000): Recount<Group> {
  interface Noted {
    readonly group: Group
    billed: Billed
  }
  let young = new Map<string, Noted>()
  let old = new Map<string, Noted>()

  function note(
    { traceId, spanId, counted, inputTokens, outputTokens, costNano, costSource }: Span,
    group: Group,
  ): void {
    young.set(traceId + spanId, { group, billed: { counted, inputTokens, outputTokens, costNano, costSource } })
    if (young.size < remember) return
    old = young
    young = new Map()
  }

  return {
    note,
    apply(changes) {
      return changes.flatMap(({ traceId, spanId, fields, stored }) => {
        const find = () => young.get(traceId + spanId) ?? old.get(traceId + spanId)
        if (find() === undefined && stored !== null) note(stored, groupOf(stored))
        const noted = find()
        if (noted === undefined) return []
        const before = amountsOf(noted.billed)
        noted.billed = { ...noted.billed, ...fields }
        const after = amountsOf(noted.billed)
        return [[noted.group, minus(after, before)] as const]
      })
    },
  }
}

function minus(a: Amounts, b: Amounts): Amounts {
  return {
    input: a.input - b.input,
    output: a.output - b.output,
    nano: a.nano - b.nano,
    unpriced: a.unpriced - b.unpriced,
  }
}
