/**
 * The ledger meter, first of the sinks: what spans tell was billed settles their holds, and what nobody asked for is
 * booked all the same. Knows spans and holds; refuses to know prices: spans come priced.
 */

import type { Account, NanoUsd } from '@outrider/policies'
import { attribute } from '@outrider/sdk/attributes'
import type { Booking, Hold, Ledger, SettleOutcome } from '../ledger/ledger.ts'
import type { Sink } from '../pipeline/sink.ts'
import type { Span } from '../span.ts'
import { readMemo } from './memo.ts'
import { createMemory } from './memory.ts'
import type { Rulebook } from './rulebook.ts'
import { createUngoverned } from './ungoverned.ts'

export interface MeterParts {
  readonly ledger: Ledger
  readonly rulebook: Rulebook
  /** Whose holds a span may settle: the tenant of the key that sent it, null where keys have none. */
  namespaceOf(span: Span): string | null
  /** Hears what was billed on a hold. */
  billed(hold: Hold, unbacked: number): Promise<void>
  /** Hears what was billed without one. */
  booked(accounts: readonly Account[], tenantId: string | null): Promise<void>
  /** Milliseconds since 1970. */
  now(): number
}

/** A span that is otherwise than when it came: whether it counts, what it cost, whose it is. */
interface Recounted {
  readonly traceId: string
  readonly spanId: string
  readonly fields: Partial<Span>
  /** As an earlier process told it. */
  readonly stored?: Span | null
}

export interface Meter extends Sink {
  /** What was booked for these spans is booked off, on, with what they cost by now, or for whom they are by now. */
  recount(changes: readonly Recounted[]): Promise<void>
}

interface MeterSettings {
  /** Spans whose parent, and whose booking, is remembered at least; twice that at most. @default 50_000 */
  readonly remember?: number
}

type Drawn = Pick<Span, 'traceId' | 'spanId' | 'counted' | 'costNano'>

/** Ancestors that are looked at for a hold that covers a span. */
const ABOVE = 8

export function createMeter(parts: MeterParts, { remember = 50_000 }: MeterSettings = {}): Meter {
  const { ledger, rulebook, namespaceOf, billed, booked, now } = parts
  const parents = createMemory<string | null>(remember)
  const drawn = createMemory<{ readonly holdId: string; readonly namespace: string | null; readonly span: Drawn }>(
    remember,
  )
  const ungoverned = createUngoverned(() => rulebook.at(now()), remember)
  /** Bookings that the ledger has not taken yet, in their order. */
  const late: Booking[] = []
  let last: Promise<unknown> = Promise.resolve()

  async function end(outcome: SettleOutcome): Promise<void> {
    if (outcome.kind === 'settled') await billed(outcome.hold, outcome.unbacked)
  }

  /** Of a call that several spans tell, what counts; corrected when another one turns out to. */
  async function draw(holdId: string, { traceId, spanId, counted, costNano }: Drawn, namespace: string | null) {
    const drawId = `${traceId}/${spanId}`
    drawn.set(drawId, { holdId, namespace, span: { traceId, spanId, counted, costNano } })
    const amount = (counted ? (costNano ?? 0) : 0) as NanoUsd
    await end(await ledger.draw(namespace, holdId, drawId, amount))
  }

  /** Settles or draws on the span's own hold; true when it has one. */
  async function settleOwn(span: Span, namespace: string | null): Promise<boolean> {
    const named = span.attributes[attribute.holdId]
    const hold =
      typeof named === 'string'
        ? await ledger.find(namespace, named)
        : await ledger.findBySpan(namespace, span.traceId, span.spanId)
    if (hold === undefined) return false
    if (hold.kind === 'agent' || hold.kind === 'lease') {
      // a span that *is* the delegation is not something that ran under it
      const isIt = hold.spanId === span.spanId
      const isSpent = isCall(span) ? !isIt && span.costNano !== null : isSum(span)
      if (!isSpent) return isIt
      await draw(hold.id, span, namespace)
      return true
    }
    if (hold.spanId !== null && hold.spanId !== span.spanId) {
      // inside of the call, which may still run: an attempt that failed, another instrumentation's word
      if (hold.kind === 'tool' && span.kind !== 'tool') return false
      return coveredBy(hold, span, namespace)
    }
    const cost = costOf(span, hold)
    if (cost !== null) await end(await ledger.settle(namespace, hold.id, cost))
    return true
  }

  /** The call tells itself; only where it never did is what was told inside of it better than nothing. */
  async function coveredBy(hold: Hold, { costNano }: Span, namespace: string | null): Promise<true> {
    if (hold.state === 'expired' && costNano !== null) {
      await end(await ledger.settle(namespace, hold.id, costNano as NanoUsd))
    }
    return true
  }

  /** A second instrumentation's span inside a call that has a hold, or one that runs under a delegation. */
  async function settleAbove(span: Span, namespace: string | null): Promise<boolean> {
    let above = span.parentSpanId
    for (let height = 0; above !== null && height < ABOVE; height++) {
      const hold = await ledger.findBySpan(namespace, span.traceId, above)
      if (hold?.kind === 'model' && span.kind !== 'tool') return coveredBy(hold, span, namespace)
      if (hold?.kind === 'agent' || hold?.kind === 'lease') {
        await draw(hold.id, span, namespace)
        return true
      }
      above = parents.get(`${span.traceId}${above}`) ?? null
    }
    return false
  }

  /** Resolves when everything that was late when it was called is booked; what the ledger does not take now stays. */
  function bookLate(): Promise<void> {
    // one after the other: what is under way holds what an earlier batch found
    const mine = last.then(async () => {
      const all = late.slice()
      if (all.length === 0) return
      await ledger.book(all)
      late.splice(0, all.length)
      for (const { claims, tenantId } of all) await booked(claims, tenantId)
    })
    last = mine.catch(() => {})
    return mine
  }

  /** Whether anything in the span's run ever asked the gate: where nothing did, there is no hold to look for. */
  async function asked(span: Span, namespace: string | null, known?: Map<string, boolean>): Promise<boolean> {
    const key = runKey(span, namespace)
    const before = known?.get(key)
    if (before !== undefined) return before
    const did = (await ledger.run(namespace, span.traceId)) !== undefined
    known?.set(key, did)
    return did
  }

  /** Settles the span by a hold of its own or above it; true when there is one, or nothing to pay for. */
  async function settle(span: Span, namespace: string | null, known?: Map<string, boolean>): Promise<boolean> {
    if (isOfGate(span)) return true
    const governed = span.attributes[attribute.holdId] !== undefined || (await asked(span, namespace, known))
    if (governed && (await settleOwn(span, namespace))) return true
    if (!isOwed(span)) return true
    return governed && span.costNano !== null && span.costNano !== 0 && settleAbove(span, namespace)
  }

  async function retold({ traceId, spanId, fields, stored = null }: Recounted): Promise<readonly Booking[]> {
    const known = drawn.get(`${traceId}/${spanId}`)
    if (known !== undefined) {
      await draw(known.holdId, { ...known.span, ...fields }, known.namespace)
      return []
    }
    if (ungoverned.has(traceId, spanId)) return ungoverned.retell(traceId, spanId, fields)
    // an earlier process booked it, unless it had a hold
    if (stored === null || (await settle({ ...stored, ...fields }, namespaceOf(stored)))) return []
    return [...ungoverned.tell(stored, namespaceOf(stored)), ...ungoverned.retell(traceId, spanId, fields)]
  }

  return {
    async accept(spans) {
      await bookLate()
      for (const { traceId, spanId, parentSpanId } of spans) parents.set(`${traceId}${spanId}`, parentSpanId)
      const known = new Map<string, boolean>()
      for (const span of spans) {
        const namespace = namespaceOf(span)
        // most runs never asked: for their spans there is nothing to wait for
        const isFree = known.get(runKey(span, namespace)) === false && span.attributes[attribute.holdId] === undefined
        if (isFree ? !isOwed(span) : await settle(span, namespace, known)) continue
        late.push(...ungoverned.tell(span, namespace))
      }
      await bookLate()
    },
    async recount(changes) {
      for (const change of changes) late.push(...(await retold(change)))
      await bookLate()
    },
  }
}

const runKey = ({ traceId }: Span, namespace: string | null): string => `${namespace ?? ''}/${traceId}`

const isOfGate = ({ kind }: Span): boolean => kind === 'gate' || kind === 'guard'

const isCall = ({ kind }: Span): boolean => kind !== 'agent' && kind !== 'chain' && kind !== 'eval'

/** What has a cost, or may get one when more is known. */
const mayCost = ({ kind, costNano }: Span): boolean => costNano !== null || kind === 'llm' || kind === 'embedding'

/** What an agent says that it used in all counts where nothing below tells what it is made of. */
const isSum = ({ kind, outputTokens }: Span): boolean => (kind === 'agent' || kind === 'chain') && outputTokens !== null

/** What is booked where no hold covers it. */
const isOwed = (span: Span): boolean => !isOfGate(span) && (isCall(span) ? mayCost(span) : isSum(span))

/** What the span says of its own hold; null: nothing, and the hold waits for a word. */
function costOf(span: Span, hold: Hold): NanoUsd | null {
  if (span.costNano !== null) return span.costNano as NanoUsd
  // a tool that ran cost what it was said to cost; tokens without a price cost what was held
  if (hold.kind === 'tool' && span.kind === 'tool') return hold.amount
  if (span.costSource === 'unpriced') return hold.amount
  // the provider failed, and nobody said how: what went in counts
  const isSilent = hold.state === 'open' || hold.state === 'expired'
  if (isSilent && span.kind === 'llm' && span.status === 'error')
    return Math.min(readMemo(hold.memo).inputNano, hold.amount) as NanoUsd
  return null
}
