/** What a question to a person says, and how it is told. Pure. */
import { createHash } from 'node:crypto'
import { type Decided, type Reason, usdFromNano, type Verdict, type WireApproval } from '@outrider/policies'
import type { Approval } from '../ledger/ledger.ts'
import type { Check } from './body.ts'
import { fingerprint } from './fingerprint.ts'
import type { Memo } from './memo.ts'

/** What is noted with an approval, as text. */
interface Question {
  readonly callId: string
  /** What was asked for, apart from where in a run: a yes is for this and nothing else. */
  readonly act: string
  readonly memo: Memo
  readonly args: string | null
  /** Nano-dollars. */
  readonly most: number
  readonly reasons: readonly Reason[]
}

const PREFIX = 'apr_'
/** Of a tool's arguments so much is shown to the person. */
const MOST_ARGS = 16_384

export const isApprovalId = (id: string): boolean => id.startsWith(PREFIX)
/** The same call asks the same question, however often it is told. */
const approvalId = (tenantId: string | null, callId: string): string =>
  PREFIX +
  createHash('sha256')
    .update(JSON.stringify([tenantId, callId]))
    .digest('hex')
    .slice(0, 24)

/** What is to be done, whichever run and span does it: a process that waited long comes back in another one. */
export function actOf(asked: Check): string {
  const { id: _, traceId, spanId, parentSpanId, parentHoldId, depth, priority, runBudgetUsd, ...act } = asked
  return fingerprint(act)
}

export interface Asking {
  readonly asked: Check
  readonly decided: Decided
  readonly memo: Memo
  readonly tenantId: string | null
  /** Milliseconds since 1970. */
  readonly at: number
  readonly timeoutMs: number
  /** What the content mode leaves of a text. */
  redact(text: string): string | null
}

export function newApproval({ asked, decided, memo, tenantId, at, timeoutMs, redact }: Asking): Approval {
  const text = asked.tool?.args === undefined ? null : redact(JSON.stringify(asked.tool.args))
  const args = text !== null && text.length > MOST_ARGS ? `${text.slice(0, MOST_ARGS)}…` : text
  const reasons = decided.verdict.reasons.filter(({ shadow }) => shadow !== true)
  const most = decided.asks ?? 0
  const question: Question = { callId: asked.id, act: actOf(asked), memo, args, most, reasons }
  return {
    ...{ id: approvalId(tenantId, asked.id), tenantId, askedAt: at, expiresAt: at + timeoutMs },
    ...{ state: 'pending', decidedAt: null, by: null, reason: '', memo: JSON.stringify(question), told: false },
  }
}

export const questionOf = ({ memo }: Approval): Question => JSON.parse(memo) as Question

/** Silence is a no from the instant on at which its time is over, whether or not that is written yet. */
export const seenAt = (approval: Approval, now: number): Approval =>
  approval.state === 'pending' && now >= approval.expiresAt ? expired(approval) : approval

export const expired = (approval: Approval): Approval => {
  return { ...approval, state: 'expired', decidedAt: approval.expiresAt, by: null, reason: 'nobody answered in time' }
}

const iso = (ms: number): string => new Date(ms).toISOString()

export const pendingOf = ({ id, expiresAt }: Approval) => ({ id, expiresAt: iso(expiresAt) })

/** Asked again before anybody decided. */
export const stillAsks = (approval: Approval): Verdict => ({
  ...{ decision: 'ask', holdId: null, heldUsd: 0, expiresAt: null },
  ...{ approval: pendingOf(approval), reasons: questionOf(approval).reasons },
})

/** The answer to a call that a person, or the clock, said no to. */
export function refusedBy({ state, by, reason, expiresAt }: Approval): Verdict {
  const because = reason === '' ? '' : `: ${reason}`
  const message =
    state === 'denied'
      ? `${by} said no${because}.`
      : state === 'approved'
        ? `${by} said yes, but the call came after ${iso(expiresAt)}; ask again.`
        : `Nobody answered until ${iso(expiresAt)}; ask again.`
  const said = { rule: 'approval', code: 'APPROVAL_REQUIRED', message, retryable: state !== 'denied' } as const
  return { decision: 'deny', holdId: null, heldUsd: 0, expiresAt: null, reasons: [said] }
}

/** Nobody is asked any more on behalf of this run. */
export function tooManyAsked(): Verdict {
  const message = 'So many calls of this run wait for a person that no more are asked about; it may turn in circles.'
  const said = { rule: 'approval', code: 'APPROVAL_REQUIRED', message, retryable: true } as const
  return { decision: 'deny', holdId: null, heldUsd: 0, expiresAt: null, reasons: [said] }
}

/** An approval is for one call, of which this is not the one. Not journaled: that one may still come. */
export function usedUp(id: string): Verdict {
  const message = `Approval ${id} is for another call, or was used: it lets one call happen, once.`
  const said = { rule: 'approval', code: 'APPROVAL_REQUIRED', message, retryable: false } as const
  return { decision: 'deny', holdId: null, heldUsd: 0, expiresAt: null, reasons: [said] }
}

export function wireApproval(approval: Approval, call: WireApproval['call']): WireApproval {
  const { callId, memo, args, most, reasons } = questionOf(approval)
  const { traceId, spanId, parentSpanId, kind, agent, workflow, userId, tenantId, sessionId, provider, model } = memo
  return {
    ...{ ...pendingOf(approval), callId, askedAt: iso(approval.askedAt), ...wordOf(approval) },
    ...{ traceId, spanId, parentSpanId, kind, agent, workflow, userId, tenantId, sessionId, provider, model },
    ...{
      toolName: memo.toolName,
      args,
      mostUsd: usdFromNano(most as Parameters<typeof usdFromNano>[0]),
      reasons,
      call,
    },
  }
}

/** Who said what, and when. */
export function wordOf({ state, decidedAt, by, reason }: Approval) {
  return { state, decidedAt: decidedAt === null ? null : iso(decidedAt), by, reason }
}
