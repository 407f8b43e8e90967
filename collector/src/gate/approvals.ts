/**
 * Questions to people: asked by `check`, answered on the pages, by command or by webhook, void when their time is over.
 * The first word stands. Durable in the ledger, so that a restart, or another collector, goes on where this one was.
 */
import type { ApprovalState, WireApproval } from '@outrider/policies'
import { OutriderError } from '../errors.ts'
import type { Approval, Ledger } from '../ledger/ledger.ts'
import type { Span } from '../span.ts'
import { type Asking, expired, newApproval, questionOf, seenAt, wireApproval } from './approval.ts'
import { approvalSpan } from './decision-span.ts'
import { fingerprint } from './fingerprint.ts'

export interface ApprovalsParts {
  readonly ledger: Ledger
  /** How long a question waits, and how long a yes is good for, milliseconds. */
  timeoutMs(): number
  /** What the content mode leaves of a text. */
  redact(text: string): string | null
  /** Hears a new question, once it is durable. */
  asked(wire: WireApproval, approval: Approval): void
  /** Hears how one ended. */
  ended(approval: Approval): void
  /** Milliseconds since 1970. */
  now(): number
}

interface Word {
  readonly state: 'approved' | 'denied'
  readonly by: string
  readonly reason: string
}

export interface PeoplesApprovals {
  /** Makes the question, once a call. Null where so many of this run wait already that no more are asked. */
  ask(asking: Omit<Asking, 'timeoutMs' | 'redact' | 'at'>): Promise<Approval | null>
  /** As it stands; undefined where it is unknown, or another tenant's. `tenantId` null: anybody's. */
  find(tenantId: string | null, id: string): Promise<Approval | undefined>
  /** @throws OutriderError `OUT_APPROVAL_UNKNOWN`, `OUT_APPROVAL_DECIDED` where another word stands. */
  answer(tenantId: string | null, id: string, word: Word): Promise<Approval>
  /** Resolves once it is decided, after `millis`, or when `stop` aborts: as it stands then. */
  wait(tenantId: string | null, id: string, millis: number, stop: AbortSignal): Promise<Approval>
  list(tenantId: string | null, which: ApprovalState | undefined, limit: number): Promise<readonly Approval[]>
  wire(approval: Approval): Promise<WireApproval>
  /** Ends what is over and tells what ended. To be called about once a second. */
  look(accept: ((spans: readonly Span[]) => Promise<void>) | null): Promise<void>
  /** Those that wait for a word, when `look` last looked. */
  readonly pending: () => number
}

/** A run that turns in circles must not bury people in questions. */
export const MOST_OF_RUN = 100
/** Looked at in one go; the rest the next time. */
const AT_ONCE = 1000

export function createApprovals(parts: ApprovalsParts): PeoplesApprovals {
  const { ledger, now } = parts
  const waiting = new Map<string, Set<() => void>>()
  let pending = 0
  /** Questions that wait, by run: as `look` saw them, and those since. */
  let byRun = new Map<string, number>()

  const wake = (id: string) => {
    for (const go of waiting.get(id) ?? []) go()
  }

  async function find(tenantId: string | null, id: string): Promise<Approval | undefined> {
    const approval = await ledger.approval(id)
    if (approval === undefined || (tenantId !== null && approval.tenantId !== tenantId)) return undefined
    return seenAt(approval, now())
  }

  async function known(tenantId: string | null, id: string): Promise<Approval> {
    const approval = await find(tenantId, id)
    if (approval !== undefined) return approval
    throw new OutriderError('OUT_APPROVAL_UNKNOWN', `There is no approval ${id.slice(0, 128)}.`, { field: 'id' })
  }

  /** Whether it is written: somebody else may have been faster. */
  async function end(before: Approval, after: Approval): Promise<boolean> {
    const { state, by, reason, id } = after
    const written = await ledger.putApproval(before, after, {
      ...{ at: after.decidedAt ?? now(), by: by ?? 'clock', action: `approval.${state}`, target: id, reason },
      ...{ before: { state: before.state }, after: { state } },
    })
    if (written) parts.ended(after)
    wake(id)
    return written
  }

  return {
    find,
    pending: () => pending,
    async ask(asking) {
      const approval = newApproval({ ...asking, at: now(), timeoutMs: parts.timeoutMs(), redact: parts.redact })
      const run = asking.memo.traceId
      const known = await ledger.approval(approval.id)
      if (known !== undefined) return known
      if ((byRun.get(run) ?? 0) >= MOST_OF_RUN) return null
      byRun.set(run, (byRun.get(run) ?? 0) + 1)
      if (await ledger.putApproval(undefined, approval)) {
        parts.asked(wireApproval(approval, 'waiting'), approval)
        return approval
      }
      return (await ledger.approval(approval.id)) ?? approval
    },
    async answer(tenantId, id, word) {
      for (;;) {
        const stands = await known(tenantId, id)
        if (stands.state === word.state) return stands
        if (stands.state !== 'pending') {
          const who = stands.by === null ? 'by the clock' : `by ${stands.by}`
          const message = `Approval ${id} is ${stands.state} ${who}; the first word stands.`
          throw new OutriderError('OUT_APPROVAL_DECIDED', message, { field: 'id' })
        }
        const at = now()
        // a yes is good for as long as the question was
        const expiresAt = word.state === 'approved' ? at + stands.expiresAt - stands.askedAt : stands.expiresAt
        const decided = { ...stands, ...word, decidedAt: at, expiresAt }
        if (await end(stands, decided)) return decided
      }
    },
    async wait(tenantId, id, millis, stop) {
      const until = now() + millis
      for (;;) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const woken = waiting.get(id) ?? new Set()
        waiting.set(id, woken.add(resolve))
        stop.addEventListener('abort', () => resolve(), { once: true })
        let timer: NodeJS.Timeout | undefined
        try {
          const approval = await known(tenantId, id)
          const left = Math.min(until, approval.expiresAt) - now()
          if (approval.state !== 'pending' || left <= 0 || stop.aborted) return approval
          timer = setTimeout(resolve, left)
          await promise
        } finally {
          clearTimeout(timer)
          woken.delete(resolve)
          if (woken.size === 0) waiting.delete(id)
        }
      }
    },
    async list(tenantId, which, limit) {
      const found = await ledger.approvals({ tenantId, limit, ...(which === undefined ? {} : { which }) })
      return found.map((approval) => seenAt(approval, now()))
    },
    async wire(approval) {
      return wireApproval(approval, await callOf(ledger, approval))
    },
    async look(accept) {
      const open = await ledger.approvals({ tenantId: null, which: 'open', limit: AT_ONCE })
      const time = now()
      const still = open.filter(({ state, expiresAt }) => state === 'pending' && time < expiresAt)
      pending = still.length
      byRun = new Map()
      for (const approval of still) {
        const { traceId } = questionOf(approval).memo
        byRun.set(traceId, (byRun.get(traceId) ?? 0) + 1)
      }
      for (const approval of open) {
        if (approval.state === 'pending' && time >= approval.expiresAt) await end(approval, expired(approval))
      }
      // decided by another collector
      const unchanged = new Set(still.map(({ id }) => id))
      for (const id of waiting.keys()) if (!unchanged.has(id)) wake(id)
      const over = open.filter(({ state, told }) => state !== 'pending' && !told)
      if (accept === null || over.length === 0) return
      await accept(over.map(approvalSpan))
      for (const approval of over) await ledger.putApproval(approval, { ...approval, told: true })
    },
  }
}

/** What became of the call that a person said yes to. */
async function callOf(ledger: Ledger, { id, tenantId, state }: Approval): Promise<WireApproval['call']> {
  if (state === 'pending') return 'waiting'
  if (state !== 'approved') return 'refused'
  if ((await ledger.find(tenantId, id)) !== undefined) return 'allowed'
  // an ID that was answered before conflicts with a body that nobody sent
  return (await ledger.recall(tenantId, id, fingerprint(null))) === undefined ? 'waiting' : 'refused'
}
