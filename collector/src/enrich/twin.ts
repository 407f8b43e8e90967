import { agree } from './line.ts'
import { headOf, isHead, outermost, standingFor, type Telling, wordOf } from './telling.ts'
import { filled, type Word } from './word.ts'

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

/** Never two spans of one instrumentation: its own calls are its own, however alike they are. */
function isTwin(a: Telling, b: Telling): boolean {
  if (a === b || a.scope === b.scope || a.kind !== b.kind || !agree(a.tenantId, b.tenantId)) return false
  if (!agree(a.word.inputTokens, b.word.inputTokens) || !agree(a.word.outputTokens, b.word.outputTokens)) return false
  // test doubles and gateways repeat ids: the same call is told at the same time, by whatever clock a part of it
  if (a.startNs > b.endNs + SLACK_NS || b.startNs > a.endNs + SLACK_NS) return false
  if (a.word.responseId !== null && b.word.responseId !== null) return a.word.responseId === b.word.responseId
  const isAlike = a.word.inputTokens !== null && a.word.inputTokens === b.word.inputTokens
  return a.traceId === b.traceId && isAlike && agree(a.word.responseModel, b.word.responseModel)
}

export interface Settled {
  /** Whether this telling is the one that counts. */
  readonly counts: boolean
  /** What all tellings of the call say together if it does, else its own word. */
  readonly word: Word
}

/** A function of all tellings that are known, whatever the order in which they came. */
export function settle(telling: Telling, twins: Twins): Settled {
  if (!isHead(telling)) return { counts: false, word: telling.word }
  let others: Telling[] | null = null
  for (const each of standingFor(telling)) {
    for (const twin of twins.of(each)) {
      const other = headOf(twin)
      if (other === null || other === telling || others?.includes(other)) continue
      others ??= []
      others.push(other)
    }
  }
  const word = wordOf(telling)
  if (others === null) return { counts: true, word }
  const own = standingOf(telling, word)
  const all = others.map((other) => standingOf(other, wordOf(other)))
  if (all.some((other) => isBetter(other, own))) return { counts: false, word: telling.word }
  all.sort((a, b) => (isBetter(a, b) ? -1 : 1))
  return { counts: true, word: all.reduce((sum, other) => filled(sum, other.word), word) }
}

interface Standing {
  readonly word: Word
  readonly top: Telling
  readonly place: string
}

function standingOf(head: Telling, word: Word): Standing {
  return { word, top: outermost(head), place: `${head.scope} ${head.traceId} ${head.spanId}` }
}

/** Whether `a` stands for the call rather than `b`: what belongs to a run, then what says more, then any fixed order. */
function isBetter(a: Standing, b: Standing): boolean {
  if (a.top.hasParent !== b.top.hasParent) return a.top.hasParent
  const more = amountsTold(a.word) - amountsTold(b.word)
  if (more !== 0) return more > 0
  if ((a.word.responseId !== null) !== (b.word.responseId !== null)) return a.word.responseId !== null
  if (a.top.startNs !== b.top.startNs) return a.top.startNs < b.top.startNs
  return a.place < b.place
}

/** Both halves of the usage before what of it was cached. */
function amountsTold({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Word): number {
  const known = (value: number | null) => (value === null ? 0 : 1)
  return (
    2 * known(inputTokens) + 2 * known(outputTokens) + (cacheReadTokens === null && cacheWriteTokens === null ? 0 : 1)
  )
}
