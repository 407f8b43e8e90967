/**
 * The ledger meter, first of the sinks: what spans tell was billed settles their holds, and what nobody asked for is
 * booked all the same. Knows spans and holds; refuses to know prices: spans come priced.
 */

import { type Account, type Call, type Claim, claimsOf, type NanoUsd } from '@outrider/policies'
import { attribute } from '@outrider/sdk/attributes'
import type { Booking, Hold, Ledger, SettleOutcome } from '../ledger/ledger.ts'
import type { Sink } from '../pipeline/sink.ts'
import type { Span } from '../span.ts'
import { readMemo } from './memo.ts'
import type { Rulebook } from './rulebook.ts'

export interface MeterParts {
  readonly ledger: Ledger
  readonly rulebook: Rulebook
  /** Whose holds a span may settle: the tenant of the key that sent it, null where keys have none. */
  namespaceOf(span: Span): string | null
  /** Hears what was billed on a hold. */
  billed(hold: Hold, unbacked: number): Promise<void>
  /** Hears what was billed without one. */
  booked(accounts: readonly Account[], tenantId: string | null): Promise<void>
}

/** A span that is otherwise than when it came: whether it counts, what it cost. */
export interface Recounted {
  readonly traceId: string
  readonly spanId: string
  readonly fields: { readonly counted?: boolean; readonly costNano?: number | null }
}

export interface Meter extends Sink {
  /** What was booked for these spans is booked off, on, or with what they cost by now. */
  recount(changes: readonly Recounted[]): Promise<void>
}

interface MeterSettings {
  /** Spans whose parent, and whose booking, is remembered at least; twice that at most. @default 50_000 */
  readonly remember?: number
}

interface Unheld {
  readonly tenantId: string | null
  readonly claims: readonly Claim[]
  counted: boolean
  cost: NanoUsd
}

/** Ancestors that are looked at for a hold that covers a span. */
const ABOVE = 8

export function createMeter(parts: MeterParts, { remember = 50_000 }: MeterSettings = {}): Meter {
  const { ledger, rulebook, namespaceOf, billed, booked } = parts
  const parents = createMemory<string | null>(remember)
  const unheld = createMemory<Unheld>(remember)
  /** Corrections that the ledger has not taken yet. */
  const late = new Map<string, Booking>()

  async function end(outcome: SettleOutcome): Promise<void> {
    if (outcome.kind === 'settled') await billed(outcome.hold, outcome.unbacked)
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
      if (isIt || span.costNano === null || !isCall(span)) return isIt
      await end(await ledger.draw(namespace, hold.id, drawId(span), span.costNano as NanoUsd))
      return true
    }
    const cost = costOf(span, hold)
    if (cost !== null) await end(await ledger.settle(namespace, hold.id, cost))
    return true
  }

  /** A second instrumentation's span inside a call that has a hold, or one that runs under a delegation. */
  async function settleAbove(span: Span, namespace: string | null): Promise<boolean> {
    let above = span.parentSpanId
    for (let height = 0; above !== null && height < ABOVE; height++) {
      const hold = await ledger.findBySpan(namespace, span.traceId, above)
      if (hold?.kind === 'model' && span.kind !== 'tool') {
        // the call tells itself; only where it never did is this better than nothing
        if (hold.state === 'expired') await end(await ledger.settle(namespace, hold.id, span.costNano as NanoUsd))
        return true
      }
      if (hold?.kind === 'agent' || hold?.kind === 'lease') {
        await end(await ledger.draw(namespace, hold.id, drawId(span), counted(span)))
        return true
      }
      above = parents.get(`${span.traceId}${above}`) ?? null
    }
    return false
  }

  async function book(bookings: readonly Booking[]): Promise<void> {
    if (bookings.length === 0) return
    await ledger.book(bookings)
    for (const { claims, tenantId } of bookings) await booked(claims, tenantId)
  }

  /** What the ledger does not take now is tried again with the next spans. */
  async function bookLate(): Promise<void> {
    const all = [...late.values()]
    await book(all)
    for (const booking of all) if (late.get(booking.id) === booking) late.delete(booking.id)
  }

  return {
    async accept(spans) {
      await bookLate()
      for (const { traceId, spanId, parentSpanId } of spans) parents.set(`${traceId}${spanId}`, parentSpanId)
      const bookings: Booking[] = []
      for (const span of spans) {
        if (span.kind === 'gate' || span.kind === 'guard') continue
        const namespace = namespaceOf(span)
        if (await settleOwn(span, namespace)) continue
        if (!isCall(span) || span.costNano === null || span.costNano === 0) continue
        if (await settleAbove(span, namespace)) continue
        const at = Number(span.startNs / 1_000_000n)
        const claims = claimsOf(callOf(span), rulebook.at(at), at).claims.map(({ claim }) => claim)
        if (claims.length === 0) continue
        const one = { tenantId: namespace, claims, counted: span.counted, cost: span.costNano as NanoUsd }
        unheld.set(drawId(span), one)
        if (span.counted) bookings.push(bookingOf(drawId(span), one))
      }
      await book(bookings)
    },
    recount(changes) {
      for (const change of changes) {
        const one = unheld.get(drawId(change))
        const { counted, costNano } = change.fields
        if (one === undefined || (counted === undefined && costNano === undefined)) continue
        one.counted = counted ?? one.counted
        one.cost = (costNano === undefined ? one.cost : (costNano ?? 0)) as NanoUsd
        late.set(drawId(change), bookingOf(drawId(change), one))
      }
      return bookLate()
    },
  }
}

const drawId = ({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) => `${traceId}/${spanId}`

function bookingOf(id: string, { tenantId, claims, counted, cost }: Unheld): Booking {
  return { id, tenantId, claims, amount: counted ? cost : (0 as NanoUsd) }
}

const isCall = ({ kind }: Span): boolean => kind !== 'agent' && kind !== 'chain' && kind !== 'eval'

/** Of a span that another one tells too, nothing. */
const counted = (span: Span): NanoUsd => (span.counted ? (span.costNano ?? 0) : 0) as NanoUsd

/** What the span says of its own hold; null: nothing, and the hold waits for a word. */
function costOf(span: Span, hold: Hold): NanoUsd | null {
  if (span.costNano !== null) return span.costNano as NanoUsd
  // a tool that ran cost what it was said to cost; tokens without a price cost what was held
  if (hold.kind === 'tool' && span.kind === 'tool') return hold.amount
  if (span.costSource === 'unpriced') return hold.amount
  // the provider failed: what went in counts
  if (span.kind === 'llm' && span.status === 'error')
    return Math.min(readMemo(hold.memo).inputNano, hold.amount) as NanoUsd
  return null
}

/** The call that a span was, for the budgets that it touches. */
function callOf(span: Span): Call {
  return {
    id: drawId(span),
    traceId: span.traceId,
    spanId: span.spanId,
    kind: span.kind === 'tool' ? 'tool' : 'model',
    agent: span.agent,
    workflow: span.workflow,
    userId: span.userId,
    tenantId: span.tenantId,
    sessionId: span.sessionId,
    provider: span.provider,
    model: span.requestModel ?? span.responseModel,
    toolName: span.toolName,
    inputTokens: span.inputTokens ?? 0,
    maxOutputTokens: null,
    estimate: null,
    priority: 'normal',
    parentHoldId: null,
    runLimit: null,
    depth: null,
  }
}

/** The newest entries, in two generations: bounded, and nothing is scanned. */
function createMemory<T>(remember: number) {
  let young = new Map<string, T>()
  let old = new Map<string, T>()
  return {
    get: (key: string): T | undefined => young.get(key) ?? old.get(key),
    set(key: string, value: T): void {
      young.set(key, value)
      if (young.size < remember) return
      old = young
      young = new Map()
    },
  }
}
