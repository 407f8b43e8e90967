import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startDirectWriter } from './direct-writer.ts'
import { aHold, money, nano } from './fixture.ts'
import { openJournal } from './journal.ts'
import { ledgerContract } from './ledger.contract.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-ledger-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let made = 0
const newFile = () => join(dir, `${++made}`, 'ledger.sqlite')

describe('the journal', () => {
  let file = newFile()
  // what it says is the same with its thread, which failure.test.ts and kill.test.ts try, and each start is quicker
  const startWriter = (file: string) => startDirectWriter(file, 'OFF')
  const ground = {
    open: (clock: { ms: number }) => openJournal({ file, now: () => clock.ms, startWriter }),
    clear: async () => {
      file = newFile()
    },
  }
  ledgerContract(ground, 100)
})

it('answers from memory at once, and holds in the tick in which it is asked', async () => {
  const ledger = await openJournal({ file: newFile() })
  const first = aHold({ amount: 60, traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), expiresAt: Date.now() + 60_000 })
  expect(ledger.recall(null, first.id, first.fingerprint)).toBeUndefined()
  const asked = ledger.hold(first)
  // nothing was awaited: the money is held all the same
  expect(ledger.balances(first.claims)).toMatchObject([{ held: 60 }])
  expect(ledger.find(null, first.id)).toMatchObject({ state: 'open' })
  expect(ledger.findBySpan(null, first.traceId, first.spanId!)).toMatchObject({ id: first.id })
  expect(ledger.run(null, first.traceId)).toMatchObject({ modelCalls: 1 })
  // its answer is not on the disk yet, so nobody gets it earlier than the first who asked
  const early = ledger.recall(null, first.id, first.fingerprint)
  expect(early).toBeInstanceOf(Promise)
  expect(await asked).toEqual({ kind: 'held' })
  expect(await early).toEqual(first.verdict)
  expect(ledger.recall(null, first.id, first.fingerprint)).toEqual(first.verdict)
  await ledger.settle(null, first.id, nano(1))
  expect(await money(ledger)).toEqual([0, 1, 0, 0, 0])
  await ledger.close()
  await expect(ledger.hold(aHold())).rejects.toMatchObject({ code: 'OUT_LEDGER_UNAVAILABLE' })
})
