/** Switches, rules, the audit. */
import { describe, expect, it } from 'vitest'
import { aSwitch } from './fixture.ts'
import type { Stage } from './ledger.contract.ts'
import type { SwitchChange } from './ledger.ts'

export function controlContract({ clock, ledger, again }: Stage): void {
  describe('switches', () => {
    const heard = () => {
      const changes: SwitchChange[] = []
      const stop = ledger().onSwitch((change) => changes.push(change))
      return { changes, stop }
    }

    it("keeps a person's hold over the machine's trip, also after a restart", async () => {
      const { changes } = heard()
      const tripped = aSwitch({ state: 'tripped', by: 'budget:cap' })
      expect(await ledger().setSwitch(tripped)).toEqual(tripped)
      expect(await ledger().setSwitch(aSwitch())).toEqual(aSwitch())
      expect(await ledger().setSwitch(tripped)).toEqual(aSwitch())
      await again()
      expect(ledger().switches()).toEqual([aSwitch()])
      const target = { scope: 'agent', name: 'refunds', tenantId: null } as const
      expect(await ledger().freeSwitch(target, { by: 'cap', reason: 'room', machine: true })).toBe(false)
      expect(await ledger().freeSwitch(target, { by: 'bob', reason: 'fixed', machine: false })).toBe(true)
      expect(await ledger().freeSwitch(target, { by: 'bob', reason: 'fixed', machine: false })).toBe(false)
      expect(ledger().switches()).toEqual([])
      expect(changes.map(({ state, freed }) => [state, freed])).toEqual([
        ['tripped', false],
        ['held', false],
      ])
    })

    it('keeps those of tenants apart, and tells listeners until they stop', async () => {
      const { changes, stop } = heard()
      await ledger().setSwitch(aSwitch())
      await ledger().setSwitch(aSwitch({ tenantId: 'a' }))
      const target = { scope: 'agent', name: 'refunds', tenantId: 'a' } as const
      await ledger().freeSwitch(target, { by: 'bob', reason: 'fixed', machine: false })
      expect(ledger().switches()).toEqual([aSwitch()])
      expect(changes.at(-1)).toEqual({ ...aSwitch({ tenantId: 'a' }), freed: true })
      stop()
      await ledger().setSwitch(aSwitch({ name: 'other' }))
      expect(changes).toHaveLength(3)
    })

    it('frees a trip whose time is over', async () => {
      const { changes } = heard()
      await ledger().setSwitch(aSwitch({ state: 'tripped', by: 'budget:day', until: clock.ms + 10 }))
      await ledger().expire()
      expect(ledger().switches()).toHaveLength(1)
      clock.ms += 10
      await ledger().expire()
      expect(ledger().switches()).toEqual([])
      expect(changes.at(-1)).toMatchObject({ freed: true, name: 'refunds' })
    })
  })

  describe('rules and the audit', () => {
    it('keeps what people changed, who, when and why', async () => {
      let told = 0
      ledger().onRules(() => {
        told += 1
      })
      const entry = {
        at: 5,
        by: 'ann',
        action: 'budget.set',
        target: 'cap',
        reason: 'launch',
        before: null,
        after: { a: 1 },
      }
      await ledger().setRule('cap', '{"a":1}', entry)
      await ledger().setRule('other', '{}', { ...entry, target: 'other' })
      await ledger().setRule('other', null, { ...entry, target: 'other', before: {}, after: null })
      expect(told).toBe(3)
      await ledger().setSwitch(aSwitch())
      const who = { by: 'bob', reason: 'fixed', machine: false }
      await ledger().freeSwitch({ scope: 'agent', name: 'refunds', tenantId: null }, who)
      await again()
      expect(await ledger().rules()).toEqual(new Map([['cap', '{"a":1}']]))
      const audit = await ledger().audit(10)
      expect(audit.map(({ action, by, target }) => [action, by, target])).toEqual([
        ['switch.freed', 'bob', 'agent/refunds'],
        ['switch.held', 'ann', 'agent/refunds'],
        ['budget.set', 'ann', 'other'],
        ['budget.set', 'ann', 'other'],
        ['budget.set', 'ann', 'cap'],
      ])
      expect(audit[0]).toMatchObject({ at: clock.ms, reason: 'fixed', before: aSwitch(), after: null })
      expect(audit.at(-1)).toEqual(entry)
      expect(await ledger().audit(1)).toHaveLength(1)
    })
  })
}
