/** A question to a person and what became of it. No money is held while it waits: the call asks again once it may. */
import type { ApprovalState } from '@outrider/policies'
import type { AuditEntry } from './ledger.ts'

export interface Approval {
  /** Made from the tenant and the ID of the call that asked; the ID of the call that a yes lets happen. */
  readonly id: string
  readonly tenantId: string | null
  /** Milliseconds since 1970. */
  readonly askedAt: number
  /** When silence becomes a no, and a yes that was not used is void. */
  readonly expiresAt: number
  readonly state: ApprovalState
  readonly decidedAt: number | null
  readonly by: string | null
  readonly reason: string
  /** What the gate needs to know of the call, carried as text. */
  readonly memo: string
  /** Its end went to the store. */
  readonly told: boolean
}

export interface ApprovalQuery {
  /** Null: of all tenants. */
  readonly tenantId: string | null
  /** Those in this state; `open`: those that wait for a word, and those whose end is not told. All when left out. */
  readonly which?: ApprovalState | 'open'
  readonly limit: number
}

/** Part of the ledger: durable, shared and idempotent as its other verbs. */
export interface Approvals {
  approval(id: string): Promise<Approval | undefined>
  /** Newest first; those that are `open` oldest first, so that what is over is not hidden by what is new. */
  approvals(query: ApprovalQuery): Promise<readonly Approval[]>
  /**
   * Writes it in the place of `before` (undefined: there is none), with its entry of the audit. False when something else
   * stands there by now: read it and decide again. Resolves when it is durable.
   */
  putApproval(before: Approval | undefined, after: Approval, entry?: AuditEntry): Promise<boolean>
}

export const isOpen = ({ state, told }: Approval): boolean => state === 'pending' || !told
