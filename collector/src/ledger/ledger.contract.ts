/** What every ledger does, on whatever it stands. */
import { afterEach, beforeEach, expect } from 'vitest'
import { approvalContract } from './approval.contract.ts'
import { controlContract } from './control.contract.ts'
import { delegationContract } from './delegation.contract.ts'
import { aHold, type Clock } from './fixture.ts'
import { holdContract } from './hold.contract.ts'
import type { HoldRequest, Ledger } from './ledger.ts'
import { modelContract } from './model.contract.ts'
import { recordContract } from './record.contract.ts'
import { spendContract } from './spend.contract.ts'

export interface Ground {
  /** The same money each time; the clock is the test's. */
  open(clock: Clock): Promise<Ledger>
  /** Takes the money away. */
  clear(): Promise<void>
}

/** What the parts of the contract stand on: a ledger without money at first, and a clock. */
export interface Stage {
  readonly clock: Clock
  readonly ledger: () => Ledger
  /** A hold for a minute that must be granted. */
  held(over?: Parameters<typeof aHold>[0]): Promise<HoldRequest>
  /** Closes and opens again. */
  again(): Promise<void>
}

/** `histories`: how many random ones are compared with the reference. */
export function ledgerContract(ground: Ground, histories: number): void {
  const clock: Clock = { ms: 0 }
  let ledger: Ledger
  beforeEach(async () => {
    clock.ms = 1_000_000_000
    await ground.clear()
    ledger = await ground.open(clock)
  })
  afterEach(() => ledger.close())
  const stage: Stage = {
    clock,
    ledger: () => ledger,
    async held(over = {}) {
      const request = aHold({ expiresAt: clock.ms + 60_000, ...over })
      expect(await ledger.hold(request)).toEqual({ kind: 'held' })
      return request
    },
    async again() {
      await ledger.close()
      ledger = await ground.open(clock)
    },
  }
  for (const part of [
    holdContract,
    delegationContract,
    spendContract,
    recordContract,
    controlContract,
    approvalContract,
  ])
    part(stage)
  const fresh = async () => {
    await ledger.close()
    await ground.clear()
    ledger = await ground.open(clock)
  }
  modelContract({ ...stage, fresh }, histories)
}
