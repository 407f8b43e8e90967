/** What was added up for calls, remembered for as long as it may turn out that another span tells the same call. */
export interface Amounts {
  readonly input: number
  readonly output: number
  readonly nano: number
  readonly unpriced: number
}

export interface Recounted {
  readonly traceId: string
  readonly spanId: string
  readonly counted?: boolean
}

export interface Recount<Group> {
  /** A span as it is added up the first time. */
  note(
    span: { readonly traceId: string; readonly spanId: string; readonly counted: boolean },
    group: Group,
    amounts: Amounts,
  ): void
  /** Groups whose amounts change, each with what is added (or, below zero, taken off). Told twice is told once. */
  apply(changes: readonly Recounted[]): readonly (readonly [Group, Amounts])[]
}

/** @param remember how many spans at least; twice that at most. @default 50_000 */
export function createRecount<Group>(remember = 50_000): Recount<Group> {
  interface Noted {
    counted: boolean
    readonly group: Group
    readonly amounts: Amounts
  }
  let young = new Map<string, Noted>()
  let old = new Map<string, Noted>()
  return {
    note({ traceId, spanId, counted }, group, amounts) {
      young.set(traceId + spanId, { counted, group, amounts })
      if (young.size < remember) return
      old = young
      young = new Map()
    },
    apply(changes) {
      return changes.flatMap(({ traceId, spanId, counted }) => {
        const noted = young.get(traceId + spanId) ?? old.get(traceId + spanId)
        if (noted === undefined || counted === undefined || noted.counted === counted) return []
        noted.counted = counted
        const { input, output, nano, unpriced } = noted.amounts
        const sign = counted ? 1 : -1
        const change = { input: sign * input, output: sign * output, nano: sign * nano, unpriced: sign * unpriced }
        return [[noted.group, change] as const]
      })
    },
  }
}
