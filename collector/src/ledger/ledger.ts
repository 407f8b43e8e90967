/**
 * The ledger: money held and spent, the only mutable truth. Its verbs are the same on the journal (`node:sqlite`) and on
 * Redis; one contract suite runs against both. It knows amounts and accounts; it refuses to know prices, rules, spans.
 *
 * For every account, always: `held` = Σ open holds on it, and `held + spent − unbacked − ungoverned ≤ cap`, where `cap`
 * is the limit, or what was granted already when the limit was lowered later. `spent` is everything that was billed.
 */
import type { Account, CallKind, Claim, NanoUsd, Balance as PlainBalance, Switch, Verdict } from '@outrider/policies'
import type { Approvals } from './approval.ts'

export type { Approval } from './approval.ts'

/** What stands on an account. A hold stays on the accounts it was made on, whatever the clock says. */
export interface Balance extends PlainBalance {
  /** The part of `spent` that was billed beyond everything reserved for it. */
  readonly unbacked: number
  /** The part of `spent` that nobody asked the gate for. */
  readonly ungoverned: number
}

export interface HoldRequest {
  readonly id: string
  /** Which body this ID stands for: SHA-256 of the canonical call. */
  readonly fingerprint: string
  /** Separates clients: one tenant's IDs are not another's. Null: no tenant. */
  readonly tenantId: string | null
  readonly kind: CallKind
  readonly traceId: string
  readonly spanId: string | null
  /** Who asks; its model calls are its turns. */
  readonly agent: string | null
  readonly amount: NanoUsd
  /** Claims on accounts that the parent, or a hold above it, stands on already are left out: they are covered. */
  readonly claims: readonly Claim[]
  /** Also drawn on this open `agent` or `lease` hold. */
  readonly parentId: string | null
  /** Milliseconds since 1970, server time. */
  readonly expiresAt: number
  /** Journaled with the hold: the answer for ever. */
  readonly verdict: Verdict
  /** What the gate needs when the hold is settled, carried as text. */
  readonly memo: string
}

export type HoldOutcome =
  /** Held, durable. */
  | { readonly kind: 'held' }
  /** This ID was answered before: the same answer again. */
  | { readonly kind: 'known'; readonly verdict: Verdict }
  /** This ID stands for another body. */
  | { readonly kind: 'conflict' }
  /** No room: the balances as they are now, of the accounts that lack it. Nothing is written. */
  | { readonly kind: 'refused'; readonly short: readonly Balance[] }
  /** The parent is unknown, closed, expired, of another tenant, or has too little left. Nothing is written. */
  | { readonly kind: 'orphan'; readonly left: number | null }
  /** Another collector changed switches or rules; they are read again by now. Nothing is written: decide again. */
  | { readonly kind: 'stale' }

/** How a hold ended, or that it is open. */
export interface Hold {
  readonly id: string
  readonly tenantId: string | null
  readonly kind: CallKind
  readonly traceId: string
  readonly spanId: string | null
  readonly amount: NanoUsd
  readonly parentId: string | null
  readonly state: 'open' | 'settled' | 'released' | 'expired'
  /** Billed so far: the actual cost once settled; for a parent what its calls drew; once expired all that was held. */
  readonly spent: number
  /** What it still sets aside on its accounts, or on its parent. */
  readonly reserved: number
  /** What a call below it may still draw or hold. */
  readonly left: number
  readonly expiresAt: number
  readonly memo: string
  /** The accounts that it stands on, then those of the holds above it. */
  readonly accounts: readonly Account[]
}

/** What was answered to a check, and what became of it. */
export interface Answered {
  readonly tenantId: string | null
  readonly id: string
  readonly kind: CallKind
  readonly traceId: string
  readonly spanId: string | null
  /** Milliseconds since 1970. */
  readonly at: number
  readonly verdict: Verdict
  readonly memo: string
  /** Null: nothing was held. */
  readonly hold: Hold | null
}

export type SettleOutcome =
  /** `unbacked`: what was billed beyond the amount of this hold. */
  | { readonly kind: 'settled'; readonly hold: Hold; readonly unbacked: number }
  /** Ended before: how. `differs` when the numbers of then and now are not the same. */
  | { readonly kind: 'already'; readonly hold: Hold; readonly differs: boolean }
  | { readonly kind: 'unknown' }

/** What was billed without a hold: a span of a client that does not ask. */
export interface Booking {
  /**
   * The span, e.g. `traceId/spanId`: booked again with another amount it is corrected, not added, on the accounts of
   * the first booking. Booked to 0 it is taken off, and may be booked again on other accounts. Remembered for a week.
   */
  readonly id: string
  readonly tenantId: string | null
  readonly amount: NanoUsd
  readonly claims: readonly Claim[]
}

interface RunCounts {
  /** When the run's first call was asked for, milliseconds since 1970. */
  readonly startedAt: number
  readonly modelCalls: number
  readonly toolCalls: number
  /** Model calls held by agent; calls without one under ''. The first 1000 agents of a run by name, the rest under ''. */
  readonly turns: ReadonlyMap<string, number>
  /** The lowest limit of a `lowest` claim that was ever held on. */
  readonly runLimit: NanoUsd | null
}

/** One entry of the audit: who changed which rule or switch, when, from what to what. */
export interface AuditEntry {
  readonly at: number
  readonly by: string
  readonly action: string
  readonly target: string
  readonly reason: string
  readonly before: unknown
  readonly after: unknown
}

export interface SwitchChange extends Switch {
  readonly freed: boolean
}

/** A decision that is still to be told to the store. */
export interface Untold {
  readonly key: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly tenantId: string | null
  readonly id: string
  readonly memo: string
  readonly verdict: Verdict
}

/** At once where the ledger is in memory (the journal), so that nothing comes between reading and holding; else soon. */
type Soon<T> = T | Promise<T>

/**
 * Every verb resolves when its effect is durable (`fsync` or Redis' answer) and rejects with `OUT_LEDGER_UNAVAILABLE`
 * when it can not be: then nothing was granted. All are idempotent by ID.
 */
export interface Ledger extends Approvals {
  /** The answer that this ID got before, for ever. `conflict`: it stands for another body. At once when there is none. */
  recall(tenantId: string | null, id: string, fingerprint: string): Soon<Verdict | 'conflict' | undefined>
  /** Balances now. From memory on the journal; asked of Redis there. Accounts never touched are zero. */
  balances(claims: readonly Claim[]): Soon<readonly Balance[]>
  /** Accounts with money on them whose window, or the one after it, is not over: the last touched 1000, newest first. */
  accounts(): Promise<readonly Balance[]>
  /** Tests every claim and holds on all of them or on none; on the journal in the tick in which it is called. */
  hold(request: HoldRequest): Promise<HoldOutcome>
  /** Journals a verdict that holds nothing, so that it is the answer for ever. */
  refuse(request: Omit<HoldRequest, 'amount' | 'claims' | 'expiresAt'>): Promise<HoldOutcome>
  /**
   * The hold becomes spend; the unused rest is free. Beyond the hold: spent and `unbacked`. Late ones correct `uncertain`;
   * one after a release is booked, unbacked. For a parent `actual` is the total of what ran under it without a hold.
   */
  settle(tenantId: string | null, id: string, actual: NanoUsd): Promise<SettleOutcome>
  /** The call did not happen. A parent gives back what its calls did not draw; calls still open keep theirs. */
  release(tenantId: string | null, id: string): Promise<SettleOutcome>
  /**
   * A call that ran under an `agent` or `lease` hold without a hold of its own: spent from the parent, once per `drawId`;
   * told again with another amount it is corrected. Once the parent is settled it only counts beyond the total told.
   */
  draw(tenantId: string | null, parentId: string, drawId: string, actual: NanoUsd): Promise<SettleOutcome>
  /** Spend without a hold. */
  book(bookings: readonly Booking[]): Promise<void>
  find(tenantId: string | null, id: string): Soon<Hold | undefined>
  /** The hold that was made for this span, for spans that do not name it. */
  findBySpan(tenantId: string | null, traceId: string, spanId: string): Soon<Hold | undefined>
  /** Newest first. `tenantId` null: of all tenants. */
  answered(query: {
    readonly tenantId: string | null
    readonly traceId?: string
    readonly limit: number
  }): Promise<readonly Answered[]>
  /** Open holds, newest first, at most 1000. */
  open(): Promise<readonly Hold[]>
  /**
   * By the ledger's clock: holds whose time is over become uncertain spend, and are returned; trips whose `until` is over
   * are freed. To be called about once a second.
   */
  expire(): Promise<readonly Hold[]>
  run(tenantId: string | null, traceId: string): Soon<RunCounts | undefined>

  switches(): readonly Switch[]
  /** Journaled before it is announced. A trip never replaces a person's hold. Resolves with what stands now. */
  setSwitch(change: Switch): Promise<Switch>
  /** A machine frees trips only. Resolves with whether something was freed. */
  freeSwitch(
    target: Pick<Switch, 'scope' | 'name' | 'tenantId'>,
    who: { readonly by: string; readonly reason: string; readonly machine: boolean },
  ): Promise<boolean>
  /** Changes of switches, by this collector or another one on the same Redis. Returns how to stop listening. */
  onSwitch(listener: (change: SwitchChange) => void): () => void

  /** Rules that people changed at run time, by name, as JSON text; they stand before those of the file. */
  rules(): Promise<ReadonlyMap<string, string>>
  setRule(name: string, json: string | null, entry: AuditEntry): Promise<void>
  /** Rules changed at run time, by this collector or another one. Returns how to stop listening. */
  onRules(listener: () => void): () => void
  /** The newest first. Switches write their own entries: `switch.held`, `switch.tripped`, `switch.freed`. */
  audit(limit: number): Promise<readonly AuditEntry[]>

  /** Verdicts not yet told to the store, oldest first: the outbox of decision spans. */
  untold(limit: number): Promise<readonly Untold[]>
  told(keys: readonly number[]): Promise<void>
  close(): Promise<void>
}
