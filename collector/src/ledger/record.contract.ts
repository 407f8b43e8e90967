/** What is remembered of runs, decisions and accounts. */
import { describe, expect, it } from 'vitest'
import { aClaim, aHold, aVerdict, nano } from './fixture.ts'
import type { Stage } from './ledger.contract.ts'
import type { Ledger } from './ledger.ts'

const SECOND = 1000

export function recordContract({ clock, ledger, held, again }: Stage): void {
  describe('what a run did', () => {
    it('counts the calls that were held, by kind and agent, from the first that was asked for', async () => {
      const traceId = 'b'.repeat(32)
      expect(await ledger().run(null, traceId)).toBeUndefined()
      await ledger().refuse(aHold({ traceId, agent: 'a' }))
      const startedAt = clock.ms
      clock.ms += 5
      await held({ traceId, agent: 'a' })
      await held({ traceId, agent: 'a' })
      await held({ traceId })
      await held({ traceId, agent: 'a', kind: 'tool' })
      await held({ traceId, agent: 'a', kind: 'agent' })
      await again()
      const turns = new Map([
        ['a', 2],
        ['', 1],
      ])
      expect(await ledger().run(null, traceId)).toEqual({
        startedAt,
        modelCalls: 3,
        toolCalls: 1,
        turns,
        runLimit: null,
      })
      expect(await ledger().run('b', traceId)).toBeUndefined()
    })

    it('finds the hold of a span, and the open ones', async () => {
      const [traceId, spanId] = ['c'.repeat(32), 'd'.repeat(16)]
      expect(await ledger().findBySpan(null, traceId, spanId)).toBeUndefined()
      await ledger().refuse(aHold({ traceId, spanId }))
      expect(await ledger().findBySpan(null, traceId, spanId)).toBeUndefined()
      const { id } = await held({ traceId, spanId })
      const newer = await held()
      await again()
      expect(await ledger().findBySpan(null, traceId, spanId)).toMatchObject({ id, state: 'open', amount: 10 })
      expect(await ledger().findBySpan('b', traceId, spanId)).toBeUndefined()
      expect((await ledger().open()).map((hold) => hold.id)).toEqual([newer.id, id])
    })

    it('tells what was answered, newest first, with what became of it', async () => {
      const traceId = 'e'.repeat(32)
      const first = await held({ traceId, tenantId: 'a' })
      clock.ms += 1
      const second = aHold({ traceId, tenantId: 'a', verdict: aVerdict({ decision: 'deny' }) })
      await ledger().refuse(second)
      const third = await held({ tenantId: 'b' })
      await ledger().settle('a', first.id, nano(4))
      const answered = await ledger().answered({ tenantId: 'a', traceId, limit: 10 })
      expect(answered).toMatchObject([
        { id: second.id, at: clock.ms, hold: null, verdict: second.verdict, memo: second.memo },
        { id: first.id, at: clock.ms - 1, hold: { state: 'settled', spent: 4 } },
      ])
      const ids = async (query: Parameters<Ledger['answered']>[0]) =>
        (await ledger().answered(query)).map(({ id }) => id)
      expect(await ids({ tenantId: null, limit: 2 })).toEqual([third.id, second.id])
      expect(await ids({ tenantId: 'b', limit: 10 })).toEqual([third.id])
      expect(await ids({ tenantId: 'b', traceId, limit: 10 })).toEqual([])
      expect(await ids({ tenantId: null, traceId, limit: 10 })).toEqual([second.id, first.id])
    })

    it('hands out each decision until it was told', async () => {
      const first = await held()
      const second = aHold()
      await ledger().refuse(second)
      const untold = await ledger().untold(10)
      expect(untold).toMatchObject([
        { id: first.id, at: clock.ms, tenantId: null, memo: first.memo, verdict: first.verdict },
        { id: second.id, verdict: second.verdict },
      ])
      await ledger().settle(null, first.id, nano(1))
      await ledger().told([untold[0]!.key])
      expect((await ledger().untold(1)).map(({ id }) => id)).toEqual([second.id])
      await ledger().told(untold.map(({ key }) => key))
      await again()
      expect(await ledger().untold(10)).toEqual([])
    })
  })

  describe('accounts', () => {
    it('lists those with money on them, of windows that are not long over, the last touched first', async () => {
      const day = (start: number) => aClaim('day', { window: { start, end: start + 100 * SECOND } })
      const [old, last, now] = [-250, -50, 0].map((s) => day(clock.ms + s * SECOND)) as [
        ReturnType<typeof day>,
        never,
        never,
      ]
      await held({ claims: [old] })
      const unused = await held({ claims: [aClaim('unused')] })
      await ledger().release(null, unused.id)
      for (const claim of [last, now, aClaim()]) {
        clock.ms += 1
        await held({ claims: [claim], amount: 3 })
      }
      const accounts = await ledger().accounts()
      expect(accounts.map(({ budget, window }) => [budget, window])).toEqual([
        ['cap', aClaim().window],
        ['day', (now as typeof old).window],
        ['day', (last as typeof old).window],
      ])
      expect(accounts[0]).toEqual({ ...(await ledger().balances([aClaim()]))[0] })
    })
  })
}
