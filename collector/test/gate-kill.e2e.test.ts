/** `kill -9` in the middle of a burst: no answered verdict changes, nothing is forgotten, nothing goes over. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Collectors, shown, startCollectors, until } from './race/collectors.ts'
import { check } from './race/gate.ts'
import { type Race, race } from './race/race.ts'
import { raceConfig } from './race/scene.ts'

const KILLS = Number(process.env.OUTRIDER_TEST_KILLS ?? 10)
const CALLERS = 150
const PEOPLE = 15
const SCENES = Array.from({ length: KILLS }, (_, round) => `kill-${round}`)

let collectors: Collectors
beforeAll(async () => {
  collectors = await startCollectors(1, raceConfig(SCENES))
})
afterAll(() => collectors?.stop())

it(`survives ${KILLS} kills`, { timeout: 60_000 + KILLS * 20_000 }, async () => {
  const rounds: Race[] = []
  for (const [round, scene] of SCENES.entries()) {
    // the moment of the kill moves through the burst
    const moment = 1 + Math.floor((CALLERS * (round + 0.5)) / KILLS)
    let killed: Promise<void> | undefined
    const ran = await race({
      callers: CALLERS,
      seed: round,
      scene,
      people: PEOPLE,
      urls: collectors.urls,
      onAnswer: (count) => {
        if (count === moment) killed = collectors.kill()
      },
    })
    await killed
    expect(ran.found).toEqual([])
    expect(killed).toBeDefined()
    await compare(ran.books)
    rounds.push(ran)
  }
  const url = collectors.urls()[0]!
  for (const { answered } of rounds) {
    for (const [id, { body, verdict }] of answered) {
      expect({ id, ...(await check(url, body)).body }).toEqual({ id, ...verdict })
    }
  }
  await until(
    () => shown(url),
    (all) => [...all.values()].every(({ held }) => held === 0),
  )
})

/** What was asked and answered is what the ledger shows: nothing forgotten, nothing twice, whatever was killed when. */
async function compare(books: Race['books']): Promise<void> {
  const accounts = await shown(collectors.urls()[0]!)
  for (const [name, { spent, held }] of books) {
    const account = accounts.get(name) ?? { spent: 0, held: 0, unbacked: 0, uncertain: 0 }
    // what is never ended is held first, and then spent and uncertain
    const used = { name, used: account.spent + account.held, open: account.uncertain + account.held }
    expect({ ...used, unbacked: account.unbacked }).toEqual({ name, used: spent + held, open: held, unbacked: 0 })
  }
}
