/** Any sequence of commands does to a ledger what it does on paper. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ask, claims, command, write } from './command.ts'
import { figures } from './fixture.ts'
import type { Stage } from './ledger.contract.ts'
import type { Balance, Ledger } from './ledger.ts'
import { balance, blank, type Paper, spent } from './reference.ts'

export function modelContract({ clock, ledger, fresh }: Stage & { fresh(): Promise<void> }, numRuns: number): void {
  it(`does what the reference does, in ${numRuns} histories`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 60, size: 'max' }), async (commands) => {
        await fresh()
        const paper = blank()
        for (const next of commands) {
          if (next.verb === 'wait') clock.ms += next.ms
          expect(await ask(ledger(), next, clock.ms), JSON.stringify(next)).toEqual(write(paper, next, clock.ms))
        }
        await expectSame(ledger(), paper)
      }),
      { numRuns, endOnFailure: true },
    )
  })
}

/** Balances and holds are what paper says, and every cap is kept. */
export async function expectSame(ledger: Ledger, paper: Paper): Promise<void> {
  const balances = await ledger.balances(claims)
  for (const [i, found] of balances.entries()) {
    expect(figures(found), found.budget).toEqual(balance(paper, found.budget))
    if (!claims[i]!.shadow) expectKept(found)
  }
  for (const [id, entry] of paper.holds) {
    const found = await ledger.find(null, id)
    const { state, reserve } = entry
    if (state === 'refused') expect(found).toBeUndefined()
    else expect(found).toMatchObject({ state, reserved: reserve, spent: spent(paper, entry) })
  }
}

function expectKept({ held, spent, unbacked, ungoverned, uncertain, limit }: Balance): void {
  expect(Math.min(held, spent, unbacked, ungoverned, uncertain)).toBeGreaterThanOrEqual(0)
  expect(held + spent - unbacked - ungoverned).toBeLessThanOrEqual(limit)
}
