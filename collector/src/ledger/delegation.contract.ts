/** Holds that lend, and calls that draw. */
import { describe, expect, it } from 'vitest'
import { aClaim, aHold, money, nano } from './fixture.ts'
import type { Stage } from './ledger.contract.ts'

const SECOND = 1000
const MINUTE = 60_000

export function delegationContract({ clock, ledger, held, again }: Stage): void {
  describe('delegation', () => {
    it('lends what a parent holds, and no more, without a new claim', async () => {
      const parent = await held({ kind: 'agent', amount: 100 })
      const child = await held({ parentId: parent.id, amount: 70 })
      const orphan = await ledger().hold(aHold({ parentId: parent.id, amount: 31 }))
      expect(orphan).toEqual({ kind: 'orphan', left: 30 })
      expect(await money(ledger())).toEqual([100, 0, 0, 0, 0])
      await ledger().settle(null, child.id, nano(20))
      expect(await money(ledger())).toEqual([80, 20, 0, 0, 0])
      expect(await ledger().find(null, parent.id)).toMatchObject({ spent: 20, left: 80, state: 'open' })
      await held({ parentId: parent.id, amount: 80 })
    })

    it('gives back what was not drawn, and leaves open calls theirs', async () => {
      const parent = await held({ kind: 'agent', amount: 100 })
      const spent = await held({ parentId: parent.id, amount: 20 })
      const open = await held({ parentId: parent.id, amount: 30 })
      await ledger().settle(null, spent.id, nano(15))
      expect(await ledger().release(null, parent.id)).toMatchObject({
        kind: 'settled',
        hold: { spent: 15, reserved: 30 },
      })
      expect(await money(ledger())).toEqual([30, 15, 0, 0, 0])
      expect(await ledger().hold(aHold({ parentId: parent.id, amount: 1 }))).toEqual({ kind: 'orphan', left: null })
      await again()
      await ledger().settle(null, open.id, nano(10))
      expect(await money(ledger())).toEqual([0, 25, 0, 0, 0])
    })

    it('lends on through a child, and the money moves up through both', async () => {
      const top = await held({ kind: 'agent', amount: 100 })
      const middle = await held({ kind: 'agent', parentId: top.id, amount: 60 })
      const leaf = await held({ parentId: middle.id, amount: 50 })
      await ledger().settle(null, leaf.id, nano(40))
      expect(await ledger().find(null, middle.id)).toMatchObject({ spent: 40, left: 20 })
      expect(await ledger().find(null, top.id)).toMatchObject({ spent: 40, left: 40 })
      await ledger().release(null, middle.id)
      expect(await ledger().find(null, top.id)).toMatchObject({ spent: 40, left: 60 })
      expect(await money(ledger())).toEqual([60, 40, 0, 0, 0])
    })

    it("stands on a call's own accounts too, but not twice on its parent's", async () => {
      const own = aClaim('model', { limit: 50 })
      const parent = await held({ kind: 'agent', amount: 60 })
      const child = await held({ parentId: parent.id, amount: 40, claims: [aClaim(), own] })
      expect(await money(ledger(), own)).toEqual([40, 0, 0, 0, 0])
      expect(await money(ledger())).toEqual([60, 0, 0, 0, 0])
      expect((await ledger().hold(aHold({ parentId: parent.id, amount: 11, claims: [own] }))).kind).toBe('refused')
      const found = await ledger().find(null, child.id)
      expect(found?.accounts.map(({ budget }) => budget)).toEqual(['model', 'cap'])
      await ledger().settle(null, child.id, nano(30))
      expect(await money(ledger(), own)).toEqual([0, 30, 0, 0, 0])
      expect(await money(ledger())).toEqual([30, 30, 0, 0, 0])
    })

    it("takes a child's excess from its parent's rest; only beyond that it is unbacked", async () => {
      const parent = await held({ kind: 'agent', amount: 50 })
      const child = await held({ parentId: parent.id, amount: 10 })
      expect(await ledger().settle(null, child.id, nano(30))).toMatchObject({ unbacked: 20 })
      expect(await money(ledger())).toEqual([20, 30, 0, 0, 0])
      const other = await held({ parentId: parent.id, amount: 20 })
      await ledger().settle(null, other.id, nano(45))
      expect(await money(ledger())).toEqual([0, 75, 25, 0, 0])
    })

    it.each([
      ['unknown', {}],
      ["another tenant's", { tenantId: 'b' }],
    ])('is an orphan below a parent that is %s', async (_name, over) => {
      const parent = await held({ kind: 'agent' })
      const parentId = 'tenantId' in over ? parent.id : 'nobody'
      expect(await ledger().hold(aHold({ ...over, parentId, amount: 1 }))).toEqual({ kind: 'orphan', left: null })
    })

    it.each(['model', 'tool'] as const)('is an orphan below a %s call, which lends nothing', async (kind) => {
      const parent = await held({ kind })
      expect(await ledger().hold(aHold({ parentId: parent.id, amount: 1 }))).toEqual({ kind: 'orphan', left: null })
    })

    it('is an orphan below a parent whose time is over', async () => {
      const parent = await held({ kind: 'agent' })
      clock.ms += MINUTE
      expect(await ledger().hold(aHold({ parentId: parent.id, amount: 1 }))).toEqual({ kind: 'orphan', left: null })
    })

    it('expires parent and child each for its own part', async () => {
      const parent = await held({ kind: 'agent', amount: 100, expiresAt: clock.ms + SECOND })
      const child = await held({ parentId: parent.id, amount: 30 })
      clock.ms += SECOND
      expect((await ledger().expire()).map(({ id }) => id)).toEqual([parent.id])
      expect(await money(ledger())).toEqual([30, 70, 0, 0, 70])
      clock.ms += MINUTE
      await ledger().expire()
      expect(await money(ledger())).toEqual([0, 100, 0, 0, 100])
      await ledger().settle(null, child.id, nano(5))
      expect(await money(ledger())).toEqual([0, 75, 0, 0, 70])
      await ledger().release(null, parent.id)
      expect(await money(ledger())).toEqual([0, 5, 0, 0, 0])
    })
  })

  describe('leases', () => {
    it('spends from the lease once per call, and corrects what is told again', async () => {
      const lease = await held({ kind: 'lease', amount: 100 })
      expect(await ledger().draw(null, lease.id, 'a', nano(30))).toMatchObject({ kind: 'settled', hold: { spent: 30 } })
      expect(await ledger().draw(null, lease.id, 'a', nano(30))).toMatchObject({ kind: 'already', differs: false })
      await ledger().draw(null, lease.id, 'b', nano(20))
      expect(await money(ledger())).toEqual([50, 50, 0, 0, 0])
      await ledger().draw(null, lease.id, 'b', nano(5))
      expect(await ledger().find(null, lease.id)).toMatchObject({ spent: 35 })
      await ledger().release(null, lease.id)
      expect(await money(ledger())).toEqual([0, 35, 0, 0, 0])
    })

    it('counts a total told at the end once, whenever its calls are told', async () => {
      const lease = await held({ kind: 'lease', amount: 100 })
      await ledger().draw(null, lease.id, 'a', nano(30))
      await ledger().settle(null, lease.id, nano(50))
      expect(await money(ledger())).toEqual([0, 50, 0, 0, 0])
      await ledger().draw(null, lease.id, 'b', nano(20))
      expect(await money(ledger())).toEqual([0, 50, 0, 0, 0])
      await ledger().draw(null, lease.id, 'c', nano(7))
      expect(await money(ledger())).toEqual([0, 57, 7, 0, 0])
    })

    it('keeps the undrawn rest uncertain once it expired, until calls or a total are told', async () => {
      const lease = await held({ kind: 'lease', amount: 100 })
      await ledger().draw(null, lease.id, 'a', nano(30))
      clock.ms += MINUTE
      await ledger().expire()
      expect(await money(ledger())).toEqual([0, 100, 0, 0, 70])
      await ledger().draw(null, lease.id, 'b', nano(50))
      expect(await money(ledger())).toEqual([0, 100, 0, 0, 20])
      await again()
      await ledger().settle(null, lease.id, nano(80))
      expect(await money(ledger())).toEqual([0, 80, 0, 0, 0])
    })
  })
}
