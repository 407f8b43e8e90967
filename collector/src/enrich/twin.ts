import { agree } from './line.ts'
import {
  headOf,
  isHead,
  isInside,
  isOfProtocol,
  outermost,
  silentBelow,
  standingFor,
  type Telling,
  wordOf,
} from './telling.ts'
import { filled, type Word } from './word.ts'

/** Finds calls that two instrumentations tell as spans without a link: side by side, or in two traces. */
export interface Twins {
  add(telling: Telling): void
  remove(telling: Telling): void
  /** The other tellings of the same call. */
  of(telling: Telling): readonly Telling[]
  /** All that may have others for twins than before when this one is told, or told otherwise. */
  near(telling: Telling): readonly Telling[]
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
      let unsure: Set<string> | null = null
      for (const key of telling.keys) {
        for (const other of groups.get(key) ?? none) {
          const bond = bondOf(telling, other)
          if (bond === 0 || found?.includes(other)) continue
          if (bond === LIKELY) unsure = (unsure ?? new Set()).add(other.scope)
          else found = [...(found ?? none), other]
        }
      }
      for (const scope of unsure ?? []) {
        const other = nearest(telling, scope)
        if (other === null || found?.includes(other) || nearest(other, telling.scope) !== telling) continue
        found = [...(found ?? none), other]
      }
      return found ?? none
    },
    near(telling) {
      const direct = bound(telling)
      if (direct === none) return none
      // of these each may have had another for its twin
      const found = new Set(direct)
      for (const other of direct) for (const rival of bound(other)) found.add(rival)
      found.delete(telling)
      return [...found]
    },
  }

  function bound(telling: Telling): readonly Telling[] {
    let found: Telling[] | null = null
    for (const key of telling.keys) {
      for (const other of groups.get(key) ?? none) {
        if (bondOf(telling, other) === 0) continue
        found ??= []
        found.push(other)
      }
    }
    return found ?? none
  }

  /** Of all calls of an instrumentation the one that fits best: each call has one twin there. */
  function nearest(telling: Telling, scope: string): Telling | null {
    let best: Telling | null = null
    let [bestBond, bestApart] = [0, 0n]
    for (const key of telling.keys) {
      for (const other of groups.get(key) ?? none) {
        if (other.scope !== scope || other === best) continue
        const bond = bondOf(telling, other)
        if (bond === 0 || bond < bestBond) continue
        const apart = distance(telling, other)
        const isCloser = apart < bestApart || (apart === bestApart && best !== null && other.spanId < best.spanId)
        if (bond === bestBond && !isCloser) continue
        if (telling.silence !== null && !standTogether(telling, other)) continue
        best = other
        bestBond = bond
        bestApart = apart
      }
    }
    return best
  }
}

const none: readonly Telling[] = []

/** One call when nothing fits better, and one call for certain. */
const LIKELY = 1
const CERTAIN = 2

/** Never two spans of one instrumentation: its own calls are its own, however alike they are. */
function bondOf(a: Telling, b: Telling): 0 | typeof LIKELY | typeof CERTAIN {
  if (a === b || a.scope === b.scope || a.kind !== b.kind || !agree(a.tenantId, b.tenantId)) return 0
  // test doubles and gateways repeat ids: the same call is told at the same time, by whatever clock a part of it
  if (a.startNs > b.endNs + SLACK_NS || b.startNs > a.endNs + SLACK_NS) return 0
  const isOfOneTrace = a.traceId === b.traceId
  const isAgreed = agree(a.word.inputTokens, b.word.inputTokens) && agree(a.word.outputTokens, b.word.outputTokens)
  if (a.word.responseId !== null && b.word.responseId !== null) {
    if (a.word.responseId !== b.word.responseId) return 0
    return isAgreed ? CERTAIN : isOfOneTrace ? LIKELY : 0
  }
  if (!isOfOneTrace || !isAgreed) return 0
  if (a.kind === 'tool') return isOneStep(a, b) ? LIKELY : 0
  if (a.silence !== null && a.silence === b.silence) return isWithin(a, b) || isWithin(b, a) ? LIKELY : 0
  const isAlike = a.word.inputTokens !== null && a.word.inputTokens === b.word.inputTokens
  return isAlike && agree(a.word.responseModel, b.word.responseModel) ? CERTAIN : 0
}

/** Told at once, not one after the other within the slack: calls that fail do it quickly. */
function isWithin(inner: Telling, outer: Telling): boolean {
  const isAtOnce = inner.startNs <= outer.endNs && outer.startNs <= inner.endNs
  return isAtOnce && inner.startNs >= outer.startNs - SLACK_NS && inner.endNs <= outer.endNs + SLACK_NS
}

/** What is inside without being nested is another step, of an agent that the tool called. */
function isOneStep(a: Telling, b: Telling): boolean {
  return a.silence === b.silence && isMostlyAtOnce(a, b) && !isInside(a, b) && !isInside(b, a)
}

/** Callbacks of one step come one after the other: the shorter is within the longer, or both are most of the time the same. */
function isMostlyAtOnce(a: Telling, b: Telling): boolean {
  if (isWithin(a, b) || isWithin(b, a)) return true
  const [first, second] = [a.endNs - a.startNs, b.endNs - b.startNs]
  const shared = [a.endNs - b.startNs, b.endNs - a.startNs, first, second]
  return shared.every((part) => part * 2n >= first && part * 2n >= second)
}

/** Below one span, and neither around the other. */
function standTogether(a: Telling, b: Telling): boolean {
  // each instrumentation has a tree of its own
  if (a.kind === 'tool') return true
  const below = silentBelow(a)
  return below !== undefined && below === silentBelow(b) && outermost(a) !== outermost(b)
}

function distance(a: Telling, b: Telling): bigint {
  const [starts, ends] = [a.startNs - b.startNs, a.endNs - b.endNs]
  return (starts < 0n ? -starts : starts) + (ends < 0n ? -ends : ends)
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
  /** Told by the client that made the call, not by who watches it: it knows what was billed. */
  readonly isOfClient: boolean
  /** Of a tool: told by the protocol that carries it. */
  readonly isLower: boolean
  readonly place: string
}

function standingOf(head: Telling, word: Word): Standing {
  const isOfClient = head.scope.startsWith('com.anthropic.')
  const isLower = head.kind === 'tool' && isOfProtocol(head)
  return { word, top: outermost(head), isOfClient, isLower, place: `${head.scope} ${head.traceId} ${head.spanId}` }
}

/**
 * Whether `a` stands for the call rather than `b`: what belongs to a run, then what the client itself tells, then what says
 * more, then one instrumentation before the other: of two parallel calls that each tells, both are left.
 */
function isBetter(a: Standing, b: Standing): boolean {
  if ((a.top.parentId === null) !== (b.top.parentId === null)) return a.top.parentId !== null
  if (a.isOfClient !== b.isOfClient) return a.isOfClient
  if (a.isLower !== b.isLower) return b.isLower
  const more = amountsTold(a.word) - amountsTold(b.word)
  if (more !== 0) return more > 0
  if ((a.word.responseId !== null) !== (b.word.responseId !== null)) return a.word.responseId !== null
  return a.place < b.place
}

/** Both halves of the usage before what of it was cached. */
function amountsTold({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Word): number {
  const known = (value: number | null) => (value === null ? 0 : 1)
  return (
    2 * known(inputTokens) + 2 * known(outputTokens) + (cacheReadTokens === null && cacheWriteTokens === null ? 0 : 1)
  )
}
