import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openJournal } from './journal.ts'
import { simulate } from './simulation.ts'

/** `npm run test:soak`. */
const SEEDS = process.env.OUTRIDER_TEST_SOAK === undefined ? 300 : 10_000
/** A seed that failed, to be run alone. */
const ONE = process.env.OUTRIDER_TEST_SEED

const dir = mkdtempSync(join(tmpdir(), 'outrider-simulation-'))
const template = join(dir, 'template.sqlite')
beforeAll(async () => (await openJournal({ file: template })).close())
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it(`says the same as paper in ${ONE === undefined ? SEEDS : 1} histories of full disks and deaths`, async () => {
  const seeds = ONE === undefined ? Array.from({ length: SEEDS }, (_, i) => i + 1) : [Number(ONE)]
  for (const seed of seeds) {
    const file = join(dir, `${seed}.sqlite`)
    try {
      await simulate(seed, { template, file })
    } catch (cause) {
      expect.unreachable(`OUTRIDER_TEST_SEED=${seed} fails: ${(cause as Error).message}\n${(cause as Error).stack}`)
    }
    for (const end of ['', '-wal', '-shm', '.lock']) rmSync(`${file}${end}`, { force: true })
  }
}, 3_600_000)
