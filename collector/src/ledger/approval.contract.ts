import { describe, expect, it } from 'vitest'
import type { Approval } from './approval.ts'
import type { Stage } from './ledger.contract.ts'

const anApproval = (change: Partial<Approval> = {}): Approval => ({
  ...{ id: 'apr_1', tenantId: null, askedAt: 10, expiresAt: 70, state: 'pending', decidedAt: null, by: null },
  ...{ reason: '', memo: '{"é":1}', told: false, ...change },
})
const yes = { state: 'approved', by: 'dana', decidedAt: 20, reason: 'fine' } as const
const entry = {
  at: 20,
  by: 'dana',
  action: 'approval.approved',
  target: 'apr_1',
  reason: '',
  before: null,
  after: null,
}

export function approvalContract({ ledger, again }: Stage): void {
  describe('approvals', () => {
    it('stand once they are written, also after a restart', async () => {
      expect(await ledger().approval('apr_1')).toBeUndefined()
      expect(await ledger().putApproval(undefined, anApproval())).toBe(true)
      await again()
      expect(await ledger().approval('apr_1')).toEqual(anApproval())
    })

    it('are decided once, by the first who saw what stands, with an entry of the audit', async () => {
      await ledger().putApproval(undefined, anApproval())
      expect(await ledger().putApproval(undefined, anApproval({ memo: 'other' }))).toBe(false)
      const words = ['approved', 'denied'].map((state) => {
        return ledger().putApproval(anApproval(), anApproval({ ...yes, state } as Approval), entry)
      })
      expect(await Promise.all(words)).toEqual([true, false])
      expect(await ledger().approval('apr_1')).toEqual(anApproval(yes))
      expect(await ledger().audit(5)).toEqual([entry])
    })

    it('are listed newest first, open ones oldest first, by tenant and by what they wait for', async () => {
      await ledger().putApproval(undefined, anApproval())
      await ledger().putApproval(undefined, anApproval({ id: 'apr_2', askedAt: 11, tenantId: 'acme' }))
      const done = anApproval({ id: 'apr_3', askedAt: 12, ...yes })
      await ledger().putApproval(undefined, done)
      await ledger().putApproval(done, { ...done, told: true })
      await ledger().putApproval(undefined, anApproval({ id: 'apr_4', askedAt: 13, ...yes }))
      const ids = async (which?: 'open' | 'pending' | 'approved', tenantId: string | null = null, limit = 10) => {
        const found = await ledger().approvals({ tenantId, limit, ...(which === undefined ? {} : { which }) })
        return found.map(({ id }) => id)
      }
      expect(await ids()).toEqual(['apr_4', 'apr_3', 'apr_2', 'apr_1'])
      expect(await ids(undefined, null, 2)).toEqual(['apr_4', 'apr_3'])
      expect(await ids('open')).toEqual(['apr_1', 'apr_2', 'apr_4'])
      expect(await ids('pending')).toEqual(['apr_2', 'apr_1'])
      expect(await ids('approved')).toEqual(['apr_4', 'apr_3'])
      expect(await ids('pending', 'acme')).toEqual(['apr_2'])
    })
  })
}
