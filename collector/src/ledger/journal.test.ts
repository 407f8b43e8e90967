import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { openJournal } from './journal.ts'
import { ledgerContract } from './ledger.contract.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-ledger-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let made = 0
const newFile = () => join(dir, `${++made}`, 'ledger.sqlite')

describe('the journal', () => {
  let file = newFile()
  ledgerContract(
    {
      open: (clock) => openJournal({ file, now: () => clock.ms }),
      clear: async () => {
        file = newFile()
      },
    },
    30,
  )
})
