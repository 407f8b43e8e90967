import type { Span } from '../span.ts'
import type { Amended, Change } from '../store/store.ts'

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
  /** A span that is added up the first time: what is to be added, with what is known of it by now. */
  note(span: Span, group: Group): Amounts
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
    /** `null` for one that is still to be added up: its fields are kept for then. */
    group: Group | null
    billed: Partial<Billed>
  }
  let young = new Map<string, Noted>()
  let old = new Map<string, Noted>()

  function remembered(key: string): Noted {
    const known = young.get(key) ?? old.get(key)
    if (known !== undefined) return known
    const noted = { group: null, billed: {} }
    young.set(key, noted)
    if (young.size >= remember) {
      old = young
      young = new Map()
    }
    return noted
  }

  function note({ traceId, spanId, counted, inputTokens, outputTokens, costNano, costSource }: Span, group: Group) {
    const noted = remembered(traceId + spanId)
    noted.billed = {
      counted,
      inputTokens,
      outputTokens,
      costNano,
      costSource,
      ...(noted.group === null && noted.billed),
    }
    noted.group = group
    return amountsOf(noted.billed as Billed)
  }

  return {
    note,
    apply(changes) {
      return changes.flatMap(({ traceId, spanId, fields, stored }) => {
        const changed = billedOf(fields)
        if (Object.keys(changed).length === 0) return []
        const noted = remembered(traceId + spanId)
        if (noted.group === null && stored !== null) note(stored, groupOf(stored))
        const { group, billed } = noted
        noted.billed = { ...billed, ...changed }
        if (group === null) return []
        return [[group, minus(amountsOf(noted.billed as Billed), amountsOf(billed as Billed))] as const]
      })
    },
  }
}

const BILLED = ['counted', 'inputTokens', 'outputTokens', 'costNano', 'costSource'] as const satisfies (keyof Billed)[]

function billedOf(fields: Amended): Partial<Billed> {
  return Object.fromEntries(BILLED.flatMap((field) => (field in fields ? [[field, fields[field]]] : [])))
}

function minus(a: Amounts, b: Amounts): Amounts {
  return {
    input: a.input - b.input,
    output: a.output - b.output,
    nano: a.nano - b.nano,
    unpriced: a.unpriced - b.unpriced,
  }
}
