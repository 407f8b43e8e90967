/**
 * Slices of money granted in advance, from which calls of one kind (run, agent, model, output limit) are paid without
 * asking. Amounts are whole nano-dollars. Together they never hold more than `maxNano`: that is all that can be lost from
 * sight of the collector.
 */
import { randomUUID } from 'node:crypto'
import { tokensOf } from './bound.ts'
import type { GateClient } from './gate-client.ts'
import type { Settlement } from './settlement.ts'
import type { Covered, Switches } from './switches.ts'
import type { CheckRequest, LeaseTerms, SettledUsage, Verdict } from './wire.ts'

export interface Drawn {
  /** The lease's. */
  readonly holdId: string
  readonly model: string
  readonly maxOutputTokens: number
  readonly heldUsd: number
  readonly expiresAt: string
  readonly guard: Verdict['guard']
  settle(settlement: Settlement): void
}

export interface Leases {
  /** At once where a slice has room. Undefined: this call asks the gate itself. */
  draw(request: CheckRequest, covered: Covered): Drawn | undefined | Promise<Drawn | undefined>
  /** Gives back what the run's leases have left; calls under way give back theirs when they end. */
  endRun(traceId: string): void
  /** Gives everything back; calls under way count as if they used all that they may. */
  close(): void
}

export interface LeasesSettings {
  readonly maxNano: number
  /** @default 5000 */
  readonly idleMillis?: number
}

interface Lease {
  readonly id: string
  readonly terms: LeaseTerms
  readonly guard: Verdict['guard']
  readonly slice: number
  readonly expiresAt: string
  /** Milliseconds since 1970. */
  readonly usableUntil: number
  readonly usage: { -readonly [K in keyof Required<SettledUsage>]: number }
  left: number
  spent: number
  open: number
  calls: number
  /** True while every call told its usage: then the collector prices their sum, exactly. */
  told: boolean
  retired: boolean
  usedAt: number
  timer: NodeJS.Timeout
  unwatch(): void
}

/** Calls that may share a slice. */
interface Pot {
  readonly traceId: string
  lease: Lease | undefined
  asking: Promise<void> | undefined
  /** What to ask for next: doubled when a slice is used up, halved when one lies idle. */
  slice: number
  restsUntil: number
}

const NANO = 1e9
const REST_MILLIS = 5000
/** A lease is not used to its last moment: the collector's clock decides, and the call takes time to arrive. */
const MARGIN = 0.1
/** Some models cost more per token above this many; below it, the price of a sum is the sum of the prices. */
const TIER_TOKENS = 128_000

export function createLeases(
  { client, switches }: { readonly client: GateClient; readonly switches: Switches },
  { maxNano, idleMillis = 5000 }: LeasesSettings,
): Leases {
  const pots = new Map<string, Pot>()
  let atRisk = 0
  let closed = false

  function potOf(request: CheckRequest): Pot {
    const key = keyOf(request)
    const { traceId } = request
    const fresh = { traceId, lease: undefined, asking: undefined, slice: Math.ceil(maxNano / 8), restsUntil: 0 }
    const pot = pots.get(key) ?? fresh
    pots.set(key, pot)
    return pot
  }

  function draw(request: CheckRequest, covered: Covered): Drawn | undefined | Promise<Drawn | undefined> {
    const tokens = request.kind === 'model' && !closed ? tokensOf(request) : undefined
    if (tokens === undefined) return undefined
    const pot = potOf(request)
    return take(pot, tokens) ?? renew(pot, request, covered, tokens)
  }

  function take({ lease }: Pot, tokens: number): Drawn | undefined {
    if (lease === undefined || lease.retired || Date.now() >= lease.usableUntil) return undefined
    const { id, terms, expiresAt, guard } = lease
    const input = tokens * terms.inputNanoPerToken + terms.requestNano
    const most = Math.ceil(input + terms.maxOutputTokens * terms.outputNanoPerToken)
    if (most > lease.left || lease.usage.inputTokens > TIER_TOKENS / 2) return undefined
    lease.left -= most
    lease.open += 1
    lease.calls += 1
    lease.usedAt = Date.now()
    let settled = false
    return {
      holdId: id,
      model: terms.model,
      maxOutputTokens: terms.maxOutputTokens,
      heldUsd: most / NANO,
      expiresAt,
      guard,
      settle(settlement) {
        if (settled) return
        settled = true
        const cost = costOf(settlement, lease, Math.ceil(input))
        lease.open -= 1
        lease.left += most - cost
        lease.spent += cost
        if (lease.retired && lease.open === 0) giveBack(lease)
      },
    }
  }

  async function renew(pot: Pot, request: CheckRequest, covered: Covered, tokens: number): Promise<Drawn | undefined> {
    if (pot.restsUntil > Date.now()) return undefined
    if (pot.asking === undefined) {
      pot.asking = ask(pot, request, covered).finally(() => {
        pot.asking = undefined
      })
      client.during(pot.asking, false)
    }
    await pot.asking
    const drawn = take(pot, tokens)
    // a slice that is too small for one call is of no use
    if (drawn === undefined) pot.slice = Math.min(pot.slice * 2, maxNano)
    return drawn
  }

  async function ask(pot: Pot, request: CheckRequest, covered: Covered): Promise<void> {
    if (pot.lease !== undefined) {
      pot.slice = Math.min(pot.slice * 2, maxNano)
      retire(pot.lease)
      pot.lease = undefined
    }
    const slice = Math.min(pot.slice, maxNano - atRisk)
    if (slice <= 0) return
    atRisk += slice
    // the lease is of no single call, so it has no span and no input
    const { spanId: _, inputTokens: _t, inputBytes: _b, input: _i, images: _g, estimateUsd: _e, ...same } = request
    const id = randomUUID()
    const answer = await client.check({ ...same, id, kind: 'lease', estimateUsd: slice / NANO })
    const verdict = answer.kind === 'verdict' ? answer.verdict : undefined
    // the run, or the process, may have ended meanwhile
    const wanted = !closed && pots.get(keyOf(request)) === pot
    const granted = wanted && (verdict?.decision === 'allow' || verdict?.decision === 'degrade')
    if (!granted || verdict.holdId === null || verdict.lease === undefined || verdict.expiresAt === null) {
      atRisk -= slice
      pot.slice = Math.max(1, Math.ceil(pot.slice / 2))
      pot.restsUntil = Date.now() + REST_MILLIS
      if (verdict?.holdId != null) void client.release(verdict.holdId)
      return
    }
    const now = Date.now()
    const life = Date.parse(verdict.expiresAt) - now
    const lease: Lease = {
      id: verdict.holdId,
      terms: verdict.lease,
      guard: verdict.guard,
      slice,
      expiresAt: verdict.expiresAt,
      usableUntil: now + life * (1 - MARGIN),
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
      left: Math.min(slice, Math.floor(verdict.heldUsd * NANO + 0.5)),
      spent: 0,
      open: 0,
      calls: 0,
      told: verdict.lease.requestNano === 0,
      retired: false,
      usedAt: now,
      timer: setTimeout(() => {}, 0),
      unwatch: () => {},
    }
    pot.lease = lease
    lease.unwatch = switches.watch(covered, () => retire(lease))
    look(pot, lease)
  }

  /** Comes by from time to time: an idle or ending lease goes back. */
  function look(pot: Pot, lease: Lease): void {
    clearTimeout(lease.timer)
    const due = Math.min(lease.usedAt + idleMillis, lease.usableUntil) - Date.now()
    if (due > 0 || lease.open > 0) {
      lease.timer = setTimeout(() => look(pot, lease), Math.max(due, 50)).unref()
      if (Date.now() < lease.usableUntil) return
    } else pot.slice = Math.max(Math.ceil(maxNano / 64), Math.ceil(pot.slice / 2))
    if (pot.lease === lease) pot.lease = undefined
    retire(lease)
  }

  /** Grants nothing more; what is left goes back with its last call. */
  function retire(lease: Lease): void {
    if (lease.retired) return
    lease.retired = true
    clearTimeout(lease.timer)
    lease.unwatch()
    if (lease.open === 0) giveBack(lease)
  }

  function giveBack({ id, calls, told, usage, spent, slice }: Lease): void {
    const exact = told && usage.inputTokens <= TIER_TOKENS
    const work =
      calls === 0
        ? client.release(id)
        : client.settle({ holdId: id, status: 'ok', ...(exact ? { usage } : { costUsd: spent / NANO }) })
    void work.then(() => {
      atRisk -= slice
    })
  }

  return {
    draw,
    endRun(traceId) {
      for (const [key, pot] of pots) {
        if (pot.traceId !== traceId) continue
        pots.delete(key)
        if (pot.lease !== undefined) retire(pot.lease)
      }
    },
    close() {
      closed = true
      for (const { lease } of pots.values()) {
        if (lease === undefined || lease.retired) continue
        if (lease.open > 0) {
          lease.told = false
          lease.spent = lease.slice - lease.left
          lease.open = 0
        }
        retire(lease)
      }
      pots.clear()
    },
  }
}

/** What differs in any of these may stand on other budgets, or cost more. */
function keyOf(request: CheckRequest): string {
  const { traceId, agent, workflow, userId, tenantId, sessionId, provider, model } = request
  const { maxOutputTokens, priority, parentHoldId } = request
  const same = [traceId, agent, workflow, userId, tenantId, sessionId, provider, model]
  return JSON.stringify([...same, maxOutputTokens, priority, parentHoldId])
}

/** By the lease's terms, which are upper bounds; without numbers what went in counts, as the gate counts it. */
function costOf(settlement: Settlement, lease: Lease, input: number): number {
  if (settlement.kind === 'unused') return 0
  const { usage, costUsd } = settlement
  if (usage === undefined || costUsd !== undefined) {
    lease.told = false
    if (costUsd !== undefined) return Math.ceil(costUsd * NANO)
    return input + Math.ceil((settlement.streamedTokens ?? 0) * lease.terms.outputNanoPerToken)
  }
  for (const key of Object.keys(lease.usage) as (keyof typeof lease.usage)[]) lease.usage[key] += usage[key] ?? 0
  const { inputNanoPerToken, outputNanoPerToken, requestNano } = lease.terms
  return Math.ceil(usage.inputTokens * inputNanoPerToken + usage.outputTokens * outputNanoPerToken + requestNano)
}
