/**
 * One history of a journal that fails as journals do: a seed decides what is asked, when the clock moves, which commit is
 * slow, which finds the disk full, and where the process dies, before or after the commit that nobody heard of. After
 * each of them the ledger must be what paper says of all that is on the disk.
 */
import { copyFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect } from 'vitest'
import { OutriderError } from '../errors.ts'
import { type Batch, batchWriter } from './batch.ts'
import { ask, type Command, command, write } from './command.ts'
import type { Clock } from './fixture.ts'
import { openJournal } from './journal.ts'
import type { Ledger } from './ledger.ts'
import { expectSame } from './model.contract.ts'
import { blank, type Paper } from './reference.ts'
import { NotWritten, type Writer } from './writer.ts'

const SQLITE_FULL = 13

type Fate = 'committed' | 'full' | 'killed before the commit' | 'killed after the commit'

/** A disk whose commits wait until the simulation says what becomes of them. */
function createDisk(file: string, gathered: () => void) {
  const db = new DatabaseSync(file)
  // the simulation says what survives, not the machine
  db.exec('PRAGMA synchronous = OFF')
  const put = batchWriter(db)
  let waiting: { readonly batch: Batch; readonly answer: PromiseWithResolvers<void> } | undefined
  let dead = false
  const writer: Writer = {
    write(batch) {
      if (dead) return Promise.reject(new NotWritten(0, 'killed'))
      gathered()
      waiting = { batch, answer: Promise.withResolvers() }
      return waiting.answer.promise
    },
    close: async () => db.close(),
  }
  return {
    writer,
    waits: () => waiting !== undefined,
    become(fate: Fate): void {
      if (waiting === undefined) return
      const { batch, answer } = waiting
      waiting = undefined
      if (fate === 'committed' || fate === 'killed after the commit') put(batch)
      if (fate !== 'committed' && fate !== 'full') dead = true
      if (fate === 'committed') answer.resolve()
      else answer.reject(new NotWritten(fate === 'full' ? SQLITE_FULL : 0, fate))
    },
    kill: () => {
      dead = true
    },
  }
}

type Step =
  | { readonly do: 'ask'; readonly command: Command }
  | { readonly do: 'commit'; readonly fate: Fate }
  | { readonly do: 'rest' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('ask' as const), command }) },
  { weight: 6, arbitrary: fc.constant({ do: 'commit', fate: 'committed' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      fate: fc.constantFrom('full' as const, 'killed before the commit' as const, 'killed after the commit' as const),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'rest' } as const) },
)
const history = fc.array(step, { minLength: 20, maxLength: 90, size: 'max' })

export interface SimulationParts {
  /** An empty journal, to copy. */
  readonly template: string
  readonly file: string
}

/** @throws the first difference. */
export async function simulate(seed: number, { template, file }: SimulationParts): Promise<void> {
  copyFileSync(template, file)
  const clock: Clock = { ms: 1_000_000 }
  /** As it is in memory, as the commit on its way found it, as it is on the disk. */
  const paper = { now: blank(), flying: blank(), disk: blank() }
  let disk: ReturnType<typeof createDisk>
  let ledger: Ledger
  const open = async () => {
    ledger = await openJournal({
      ...{ file, now: () => clock.ms, size: 3 },
      startWriter() {
        disk = createDisk(file, () => {
          paper.flying = structuredClone(paper.now)
        })
        return disk.writer
      },
    })
  }
  const asked: Promise<void>[] = []
  await open()

  const say = (command: Command) => {
    if (command.verb === 'wait') clock.ms += command.ms
    const answer = ask(ledger, command, clock.ms)
    const expected = write(paper.now, command, clock.ms)
    const check = answer.then(
      (got) => {
        expect(got, JSON.stringify(command)).toEqual(expected)
        expect(written(paper.disk, command, got), `answered, and not on the disk: ${JSON.stringify(command)}`).toBe(
          true,
        )
      },
      (cause) => {
        if (!(cause instanceof OutriderError) || cause.code !== 'OUT_LEDGER_UNAVAILABLE') throw cause
      },
    )
    // looked at in the end; until then nobody listens
    check.catch(() => {})
    asked.push(check)
  }
  const end = async (fate: Fate) => {
    if (!disk.waits()) return
    if (fate === 'committed' || fate === 'killed after the commit') paper.disk = paper.flying
    if (fate !== 'committed') paper.now = structuredClone(paper.disk)
    disk.become(fate)
    await setImmediate()
    if (fate === 'committed' || fate === 'full') return
    await ledger.close()
    await open()
    await expectSame(ledger, paper.disk)
  }

  for (const next of fc.sample(history, { seed, numRuns: 1 })[0]!) {
    if (next.do === 'ask') say(next.command)
    else if (next.do === 'commit') await end(next.fate)
    else await setImmediate()
  }
  do {
    await setImmediate()
    await end('committed')
  } while (disk!.waits())
  await setImmediate()
  await Promise.all(asked)
  await expectSame(ledger!, paper.now)
  disk!.kill()
  await ledger!.close()
}

/** Whether what was answered is there: an answer comes after its commit. */
function written(paper: Paper, command: Command, got: string | readonly string[]): boolean {
  if (command.verb === 'wait') return true
  if (command.verb === 'expire') return [...got].every((id) => paper.holds.get(id)?.state !== 'open')
  if (command.verb === 'book') {
    return command.amount === 0 || command.budgets.length === 0 || paper.booked.has(command.id)
  }
  if (command.verb === 'hold' || command.verb === 'refuse') {
    return (got !== 'held' && got !== 'known') || paper.holds.has(command.request.id)
  }
  if (got === 'unknown') return true
  const entry = paper.holds.get(command.id)
  if (command.verb === 'draw') return got === 'already' || entry?.draws.has(command.drawId) === true
  return entry?.state !== 'open' && entry?.state !== 'expired'
}
