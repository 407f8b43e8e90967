/**
 * Calls that nobody asked the gate for: on which budgets their money is booked, and where it is moved when more is known
 * of them (a run's user, say, which the root tells last). What is booked once stays booked once, however often it is told.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Call, type Claim, claimsOf, type NanoUsd, type Rules } from '@outrider/policies'
import type { Booking } from '../ledger/ledger.ts'
import type { Span } from '../span.ts'
import { createMemory } from './memory.ts'

/** What of a span its booking depends on. */
type Told = Pick<
  Span,
  | 'kind'
  | 'agent'
  | 'workflow'
  | 'userId'
  | 'tenantId'
  | 'sessionId'
  | 'provider'
  | 'requestModel'
  | 'responseModel'
  | 'toolName'
  | 'costNano'
  | 'counted'
>

export interface Ungoverned {
  has(traceId: string, spanId: string): boolean
  /** What to book for this span as it is now, in this order: off where it was booked, and on where it belongs. */
  tell(span: Span, namespace: string | null): readonly Booking[]
  /** The same for one that is otherwise by now. Nothing for spans that are not remembered. */
  retell(traceId: string, spanId: string, fields: Partial<Told>): readonly Booking[]
}

interface Entry {
  readonly traceId: string
  readonly spanId: string
  /** Milliseconds since 1970: the window that it counts in. */
  readonly at: number
  readonly namespace: string | null
  told: Told
  booked: Booking | null
}

/** @param rules those in force @param remember spans at least; twice that at most */
export function createUngoverned(rules: () => Rules, remember: number): Ungoverned {
  const entries = createMemory<Entry>(remember)

  function bookings(entry: Entry): readonly Booking[] {
    const { traceId, spanId, namespace: tenantId, at, told, booked } = entry
    const call = callOf(traceId, spanId, told)
    const claims = claimsOf(call, rules(), at).claims.map(({ claim }) => claim)
    if (claims.length === 0 && booked === null) return []
    const amount = (told.counted ? (told.costNano ?? 0) : 0) as NanoUsd
    if (booked !== null && isSame(booked.claims, claims)) {
      entry.booked = { ...booked, amount }
      return [entry.booked]
    }
    const off = booked === null ? [] : [{ ...booked, amount: 0 as NanoUsd }]
    const on = claims.length === 0 || amount === 0 ? [] : [{ id: call.id, tenantId, amount, claims }]
    entry.booked = on[0] ?? null
    return [...off, ...on]
  }

  return {
    has: (traceId, spanId) => entries.get(`${traceId}${spanId}`) !== undefined,
    tell(span, namespace) {
      const { traceId, spanId } = span
      const key = `${traceId}${spanId}`
      const at = Number(span.startNs / 1_000_000n)
      const entry = { traceId, spanId, at, namespace, told: toldOf(span), booked: entries.get(key)?.booked ?? null }
      entries.set(key, entry)
      return bookings(entry)
    },
    retell(traceId, spanId, fields) {
      const entry = entries.get(`${traceId}${spanId}`)
      if (entry === undefined) return []
      entry.told = { ...entry.told, ...toldOf({ ...entry.told, ...fields }) }
      return bookings(entry)
    },
  }
}

/** Without the rest of the span: its texts are not kept. */
function toldOf(span: Told): Told {
  const { kind, agent, workflow, userId, tenantId, sessionId, provider, requestModel, responseModel } = span
  const { toolName, costNano, counted } = span
  return {
    ...{ kind, agent, workflow, userId, tenantId, sessionId, provider, requestModel, responseModel },
    ...{ toolName, costNano, counted },
  }
}

/** The same accounts, whatever the limits are by now. */
function isSame(a: readonly Claim[], b: readonly Claim[]): boolean {
  const accounts = (claims: readonly Claim[]) => claims.map(({ budget, key, window }) => [budget, key, window])
  return isDeepStrictEqual(accounts(a), accounts(b))
}

/** The call that a span was, for the budgets that it touches. */
function callOf(traceId: string, spanId: string, told: Told): Call {
  const { kind, agent, workflow, userId, tenantId, sessionId, provider, toolName } = told
  return {
    id: `${traceId}/${spanId}`,
    ...{ traceId, spanId, kind: kind === 'tool' ? 'tool' : 'model' },
    ...{ agent, workflow, userId, tenantId, sessionId, provider, toolName },
    model: told.requestModel ?? told.responseModel,
    ...{ inputTokens: 0, maxOutputTokens: null, estimate: null, priority: 'normal' },
    ...{ parentHoldId: null, runLimit: null, depth: null },
  }
}
