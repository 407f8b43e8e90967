import type { Span } from '../span.ts'

/** One telling of a model or embedding call, as far as it takes to find the others of the same call. */
export interface Telling {
  readonly traceId: string
  readonly spanId: string
  readonly kind: Span['kind']
  readonly scope: string
  readonly tenantId: string | null
  readonly responseId: string | null
  readonly model: string | null
  readonly input: number | null
  readonly output: number | null
  /** Whether it also says how much of the input was cached: without it the price is too high. */
  readonly isRich: boolean
  readonly hasParent: boolean
  readonly startNs: bigint
  readonly endNs: bigint
  /** What another telling of the same call has too. */
  readonly keys: readonly string[]
}

/** Finds calls that two instrumentations tell as spans without a link: side by side, or in two traces. */
export interface Twins {
  add(telling: Telling): void
  remove(telling: Telling): void
  /** The other tellings of the same call. */
  of(telling: Telling): readonly Telling[]
}

/** Ids repeat where a test double answers; this many of one are compared. */
const MOST = 64
/** Two clocks of one process, one in milliseconds, differ by this much. */
const SLACK_NS = 2_000_000n

export function createTwins(): Twins {
  const groups = new Map<string, Set<Telling>>()
  return {
    add(telling) {
      for (const key of telling.keys) {
        const group = groups.get(key)
        if (group === undefined) groups.set(key, new Set([telling]))
        else if (group.size < MOST) group.add(telling)
      }
    },
    remove(telling) {
      for (const key of telling.keys) {
        const group = groups.get(key)
        group?.delete(telling)
        if (group?.size === 0) groups.delete(key)
      }
    },
    of(telling) {
      let found: Telling[] | null = null
      for (const key of telling.keys) {
        for (const other of groups.get(key) ?? []) {
          if (!isTwin(telling, other) || found?.includes(other)) continue
          found ??= []
          found.push(other)
        }
      }
      return found ?? none
    },
  }
}

const none: readonly Telling[] = []

export function tellingOf(span: Span): Telling {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    kind: span.kind,
    scope: span.scope.name,
    tenantId: span.tenantId,
    responseId: span.responseId,
    model: span.responseModel,
    input: span.inputTokens,
    output: span.outputTokens,
    isRich: span.cacheReadTokens !== null || span.cacheWriteTokens !== null,
    hasParent: span.parentSpanId !== null,
    startNs: span.startNs,
    endNs: span.startNs + span.durationNs,
    keys: keysOf(span),
  }
}

/** Whether `a` stands for the call rather than `b`: what says more, then what belongs to a run, then any fixed order. */
export function isBetter(a: Telling, b: Telling): boolean {
  const [toldA, toldB] = [halves(a), halves(b)]
  if (toldA !== toldB) return toldA > toldB
  if (a.isRich !== b.isRich) return a.isRich
  if (a.hasParent !== b.hasParent) return a.hasParent
  if ((a.responseId !== null) !== (b.responseId !== null)) return a.responseId !== null
  if (a.startNs !== b.startNs) return a.startNs < b.startNs
  return `${a.scope} ${a.traceId} ${a.spanId}` < `${b.scope} ${b.traceId} ${b.spanId}`
}

/** How much of the usage is told: a call of which half is unknown has no price. */
function halves({ input, output }: Telling): number {
  return (input === null ? 0 : 1) + (output === null ? 0 : 1)
}

function keysOf({ responseId, traceId, kind, inputTokens: input, outputTokens: output }: Span): readonly string[] {
  const keys: string[] = []
  if (responseId !== null) keys.push(responseId)
  if (input !== null && (output !== null || kind === 'embedding')) keys.push(`${traceId} ${input} ${output ?? 0}`)
  return keys
}

/** Never two spans of one instrumentation: its own calls are its own, however alike they are. */
function isTwin(a: Telling, b: Telling): boolean {
  if (a === b || a.scope === b.scope || a.kind !== b.kind) return false
  if (!agree(a.tenantId, b.tenantId) || !agree(a.input, b.input) || !agree(a.output, b.output)) return false
  // test doubles and gateways repeat ids: the same call is told at the same time, by whatever clock a part of it
  if (a.startNs > b.endNs + SLACK_NS || b.startNs > a.endNs + SLACK_NS) return false
  if (a.responseId !== null && b.responseId !== null) return a.responseId === b.responseId
  return a.traceId === b.traceId && a.input !== null && a.input === b.input && agree(a.model, b.model)
}

function agree<T>(a: T | null, b: T | null): boolean {
  return a === null || b === null || a === b
}
