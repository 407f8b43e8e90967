/** Spend without a hold, and spend that ages. */
import { describe, expect, it } from 'vitest'
import { aClaim, aHold, money, nano } from './fixture.ts'
import type { Stage } from './ledger.contract.ts'

const SECOND = 1000

export function spendContract({ clock, ledger, held, again }: Stage): void {
  describe('bookings', () => {
    const booking = (id: string, amount: number, over = {}) => ({
      ...{ id, tenantId: null, amount: nano(amount), claims: [aClaim()] },
      ...over,
    })

    it('spends without a hold, beyond the limit too, and stops what would still have fit', async () => {
      await ledger().book([booking('s1', 70), booking('s2', 60)])
      expect(await money(ledger())).toEqual([0, 130, 0, 130, 0])
      expect((await ledger().hold(aHold({ amount: 1 }))).kind).toBe('refused')
    })

    it('books a span once, and corrects it, where it was booked', async () => {
      const other = aClaim('cap', { key: 'other' })
      await ledger().book([booking('s1', 70)])
      await ledger().book([booking('s1', 70)])
      await again()
      await ledger().book([booking('s1', 70, { claims: [other] })])
      expect(await money(ledger())).toEqual([0, 70, 0, 70, 0])
      await ledger().book([booking('s1', 40, { claims: [other] })])
      await ledger().book([booking('s1', 0, { tenantId: 'b' })])
      expect(await money(ledger())).toEqual([0, 40, 0, 40, 0])
      expect(await money(ledger(), other)).toEqual([0, 0, 0, 0, 0])
      await ledger().book([booking('s1', 0)])
      expect(await money(ledger())).toEqual([0, 0, 0, 0, 0])
      await ledger().book([booking('s1', 30, { claims: [other] })])
      expect(await money(ledger())).toEqual([0, 0, 0, 0, 0])
      expect(await money(ledger(), other)).toEqual([0, 30, 0, 30, 0])
      await ledger().book([booking('s1', 0), booking('s1', 20)])
      expect(await money(ledger(), other)).toEqual([0, 0, 0, 0, 0])
      expect(await money(ledger())).toEqual([0, 20, 0, 20, 0])
    })

    it('leaves what was granted alone', async () => {
      const { id } = await held({ amount: 100 })
      await ledger().book([booking('s1', 50)])
      await ledger().settle(null, id, nano(100))
      expect(await money(ledger())).toEqual([0, 150, 0, 50, 0])
    })
  })

  describe('rolling windows', () => {
    const HOUR = 3600 * SECOND
    const rolling = aClaim('hourly', { window: { start: 0, end: null, rollingMs: HOUR } })
    const spend = async (amount: number) => {
      const { id } = await held({ claims: [rolling], amount, expiresAt: clock.ms + 10 * HOUR })
      return ledger().settle(null, id, nano(amount))
    }

    it('frees money a window after it was billed: never before, and soon after', async () => {
      await spend(60)
      clock.ms += HOUR / 2
      await spend(40)
      clock.ms += HOUR / 2 - 1
      expect(await money(ledger(), rolling)).toEqual([0, 100, 0, 0, 0])
      clock.ms += HOUR / 60 + 1
      expect(await money(ledger(), rolling)).toEqual([0, 40, 0, 0, 0])
      await again()
      expect(await money(ledger(), rolling)).toEqual([0, 40, 0, 0, 0])
      await spend(60)
      clock.ms += 3 * HOUR
      expect(await money(ledger(), rolling)).toEqual([0, 0, 0, 0, 0])
    })

    it('never forgets money because a clock went back, or on and back', async () => {
      await spend(60)
      clock.ms -= 2 * HOUR
      expect(await money(ledger(), rolling)).toEqual([0, 60, 0, 0, 0])
      await spend(40)
      clock.ms += 2 * HOUR
      expect((await ledger().hold(aHold({ claims: [rolling], amount: 41 }))).kind).toBe('refused')
      expect(await money(ledger(), rolling)).toEqual([0, 60, 0, 0, 0])
    })

    it('counts an open hold however long it is open, and a late word only while its money still counts', async () => {
      const first = await held({ claims: [rolling], amount: 30, expiresAt: clock.ms + 2 * HOUR })
      clock.ms += 2 * HOUR
      expect(await money(ledger(), rolling)).toEqual([30, 0, 0, 0, 0])
      await ledger().expire()
      const second = await held({ claims: [rolling], amount: 70, expiresAt: clock.ms + HOUR / 2 })
      expect(await money(ledger(), rolling)).toEqual([70, 30, 0, 0, 30])
      clock.ms += HOUR / 2
      await ledger().expire()
      clock.ms += (HOUR * 3) / 4
      expect(await money(ledger(), rolling)).toEqual([0, 70, 0, 0, 70])
      await ledger().settle(null, first.id, nano(1))
      expect(await money(ledger(), rolling)).toEqual([0, 70, 0, 0, 70])
      await ledger().settle(null, second.id, nano(50))
      expect(await money(ledger(), rolling)).toEqual([0, 50, 0, 0, 0])
    })
  })
}
