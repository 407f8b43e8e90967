/** A hold, from its answer to its end. */
import { describe, expect, it } from 'vitest'
import { aClaim, aHold, aVerdict, figures, money, nano } from './fixture.ts'
import type { Stage } from './ledger.contract.ts'

const SECOND = 1000
const MINUTE = 60_000

export function holdContract({ clock, ledger, held, again }: Stage): void {
  describe('hold', () => {
    it('holds to the last nano-dollar, and not one more', async () => {
      await held({ amount: 60 })
      await held({ amount: 40 })
      const refused = await ledger().hold(aHold({ amount: 1, expiresAt: clock.ms + MINUTE }))
      expect(refused.kind === 'refused' && refused.short.map(figures)).toEqual([[100, 0, 0, 0, 0]])
      expect(await money(ledger())).toEqual([100, 0, 0, 0, 0])
    })

    it('holds on all accounts or on none, and names those that lack room', async () => {
      const [wide, tight] = [aClaim('wide'), aClaim('tight', { limit: 5 })]
      const refused = await ledger().hold(aHold({ claims: [wide, tight], amount: 6, expiresAt: clock.ms + MINUTE }))
      expect(refused.kind === 'refused' && refused.short.map(({ budget }) => budget)).toEqual(['tight'])
      expect(await money(ledger(), wide)).toEqual([0, 0, 0, 0, 0])
    })

    it('writes a shadow account and never refuses by it', async () => {
      const shadow = aClaim('shadow', { limit: 5, shadow: true })
      await held({ claims: [shadow], amount: 50 })
      expect(await money(ledger(), shadow)).toEqual([50, 0, 0, 0, 0])
    })

    it('keeps windows, keys and budgets of the same name apart', async () => {
      const today = aClaim('day', { window: { start: 0, end: 10 } })
      const tomorrow = aClaim('day', { window: { start: 10, end: 20 } })
      await held({ claims: [today], amount: 100 })
      await held({ claims: [tomorrow], amount: 100 })
      await held({ claims: [aClaim('day', { key: 'a/b', window: { start: 0, end: 10 } })], amount: 100 })
      expect(await money(ledger(), today)).toEqual([100, 0, 0, 0, 0])
    })

    it('refuses below what is spent when the limit was lowered, and goes on when it is raised', async () => {
      const { id } = await held({ amount: 80 })
      await ledger().settle(null, id, nano(80))
      const lowered = aClaim('cap', { limit: 50 })
      expect((await ledger().hold(aHold({ claims: [lowered], amount: 1 }))).kind).toBe('refused')
      await held({ claims: [aClaim('cap', { limit: 90 })], amount: 10 })
    })

    it('keeps to the lowest limit that was ever claimed where that is asked for', async () => {
      await held({ claims: [aClaim('run', { limit: 50, lowest: true })], amount: 10 })
      const raised = aClaim('run', { limit: 1000, lowest: true })
      expect((await ledger().hold(aHold({ claims: [raised], amount: 41 }))).kind).toBe('refused')
      expect(await ledger().balances([raised])).toMatchObject([{ limit: 50 }])
      await held({ claims: [raised], amount: 40 })
      expect(await ledger().run(null, 'a'.repeat(32))).toMatchObject({ runLimit: 50 })
    })

    it('needs no account, and no amount', async () => {
      const { id } = await held({ claims: [], amount: 0, kind: 'tool' })
      expect(await ledger().settle(null, id, nano(0))).toMatchObject({ kind: 'settled', unbacked: 0 })
    })

    it('holds exactly what fits when all ask at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => ledger().hold(aHold({ amount: 7 }))))
      expect(outcomes.filter(({ kind }) => kind === 'held')).toHaveLength(14)
      expect(await money(ledger())).toEqual([98, 0, 0, 0, 0])
    })
  })

  describe('the answer stands for ever', () => {
    it('is the same for the same call, also when asked at once, after its end, and after a restart', async () => {
      const request = aHold({ amount: 60, expiresAt: clock.ms + MINUTE })
      const both = await Promise.all([ledger().hold(request), ledger().hold(request)])
      expect(both.map(({ kind }) => kind).sort()).toEqual(['held', 'known'])
      await ledger().settle(null, request.id, nano(5))
      await again()
      const known = { kind: 'known', verdict: request.verdict }
      expect(await ledger().hold({ ...request, amount: nano(1), verdict: aVerdict() })).toEqual(known)
      expect(await ledger().recall(null, request.id, request.fingerprint)).toEqual(request.verdict)
      expect(await money(ledger())).toEqual([0, 5, 0, 0, 0])
    })

    it('stays a refusal when there is room again', async () => {
      const request = aHold({ verdict: aVerdict({ decision: 'deny' }) })
      expect(await ledger().refuse(request)).toEqual({ kind: 'held' })
      await again()
      expect(await ledger().hold({ ...request, verdict: aVerdict() })).toEqual({
        kind: 'known',
        verdict: request.verdict,
      })
      expect(await ledger().refuse(request)).toEqual({ kind: 'known', verdict: request.verdict })
      expect(await money(ledger())).toEqual([0, 0, 0, 0, 0])
      expect(await ledger().settle(null, request.id, nano(5))).toEqual({ kind: 'unknown' })
      expect(await ledger().find(null, request.id)).toBeUndefined()
    })

    it('is a conflict for another call under the same ID', async () => {
      const request = await held()
      const other = { ...request, fingerprint: 'other' }
      expect(await ledger().hold(other)).toEqual({ kind: 'conflict' })
      expect(await ledger().refuse(other)).toEqual({ kind: 'conflict' })
      expect(await ledger().recall(null, request.id, 'other')).toBe('conflict')
      expect(await ledger().recall(null, 'never asked', 'x')).toBeUndefined()
    })

    it("is not another tenant's, whatever the names hold", async () => {
      const request = await held({ tenantId: 'a', id: 'x\n1:y' })
      expect(await ledger().recall('b', request.id, request.fingerprint)).toBeUndefined()
      expect(await ledger().recall('a\nx', '1:y', request.fingerprint)).toBeUndefined()
      expect(await ledger().settle('b', request.id, nano(1))).toEqual({ kind: 'unknown' })
      expect(await ledger().release(null, request.id)).toEqual({ kind: 'unknown' })
      expect(await ledger().find('a', request.id)).toMatchObject({ tenantId: 'a', state: 'open', memo: request.memo })
    })
  })

  describe('settle and release', () => {
    it('makes a hold spend and frees the rest', async () => {
      const { id } = await held({ amount: 60 })
      const settled = await ledger().settle(null, id, nano(25))
      expect(settled).toMatchObject({
        kind: 'settled',
        unbacked: 0,
        hold: { state: 'settled', spent: 25, reserved: 0 },
      })
      expect(await money(ledger())).toEqual([0, 25, 0, 0, 0])
      await held({ amount: 75 })
    })

    it('books what was billed beyond the hold as unbacked, and counts it', async () => {
      const { id } = await held({ amount: 60 })
      expect(await ledger().settle(null, id, nano(90))).toMatchObject({ kind: 'settled', unbacked: 30 })
      expect(await money(ledger())).toEqual([0, 90, 30, 0, 0])
      expect((await ledger().hold(aHold({ amount: 11 }))).kind).toBe('refused')
    })

    it('says how it ended to those who come later, and whether their number is another one', async () => {
      const { id } = await held()
      await ledger().settle(null, id, nano(3))
      const first = { kind: 'already', hold: { state: 'settled', spent: 3 } }
      expect(await ledger().settle(null, id, nano(3))).toMatchObject({ ...first, differs: false })
      expect(await ledger().settle(null, id, nano(4))).toMatchObject({ ...first, differs: true })
      expect(await ledger().release(null, id)).toMatchObject({ ...first, differs: true })
      expect(await money(ledger())).toEqual([0, 3, 0, 0, 0])
    })

    it('gives everything back for a call that did not happen, and books one that did after all', async () => {
      const { id } = await held({ amount: 60 })
      expect(await ledger().release(null, id)).toMatchObject({ kind: 'settled', hold: { state: 'released', spent: 0 } })
      expect(await ledger().release(null, id)).toMatchObject({ kind: 'already', differs: false })
      expect(await money(ledger())).toEqual([0, 0, 0, 0, 0])
      await held({ amount: 100 })
      expect(await ledger().settle(null, id, nano(20))).toMatchObject({
        kind: 'settled',
        unbacked: 0,
        hold: { spent: 20 },
      })
      expect(await money(ledger())).toEqual([100, 20, 20, 0, 0])
    })

    it('knows nothing of holds that nobody made', async () => {
      expect(await ledger().settle(null, 'nobody', nano(1))).toEqual({ kind: 'unknown' })
      expect(await ledger().release(null, 'nobody')).toEqual({ kind: 'unknown' })
      expect(await ledger().draw(null, 'nobody', 'd', nano(1))).toEqual({ kind: 'unknown' })
    })
  })

  describe('expiry', () => {
    it('makes an unsettled hold uncertain spend at its time, not before', async () => {
      const { id } = await held({ amount: 60 })
      clock.ms += MINUTE - 1
      expect(await ledger().expire()).toEqual([])
      clock.ms += 1
      expect(await ledger().expire()).toMatchObject([{ id, state: 'expired', spent: 60 }])
      expect(await money(ledger())).toEqual([0, 60, 0, 0, 60])
      expect(await ledger().expire()).toEqual([])
      expect(await ledger().open()).toEqual([])
    })

    it.each([
      ['settled for less', 'settle', 20, [0, 20, 0, 0, 0]],
      ['settled for more', 'settle', 70, [0, 70, 10, 0, 0]],
      ['released', 'release', 0, [0, 0, 0, 0, 0]],
    ] as const)('is corrected when it is %s later, also after a restart', async (_name, verb, actual, after) => {
      const { id } = await held({ amount: 60 })
      clock.ms += 61 * SECOND
      await ledger().expire()
      await again()
      const outcome = verb === 'settle' ? ledger().settle(null, id, nano(actual)) : ledger().release(null, id)
      expect(await outcome).toMatchObject({ kind: 'settled', hold: { spent: actual } })
      expect(await money(ledger())).toEqual(after)
    })
  })
}
