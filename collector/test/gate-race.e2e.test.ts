/** A cap is never passed, and nothing is refused that fits: many callers at once against the real process, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collectors, shown, startCollectors, until } from './race/collectors.ts'
import { check, settle } from './race/gate.ts'
import { exactRace, type Race, race } from './race/race.ts'
import { accountsOf, EXACT, limitOf, modelCall, raceConfig, whoIs } from './race/scene.ts'

const CALLERS = Number(process.env.OUTRIDER_TEST_CALLERS ?? 1000)
const SEED = Number(process.env.OUTRIDER_TEST_SEED ?? 1)

let collectors: Collectors
beforeAll(async () => {
  collectors = await startCollectors(1, raceConfig(['many']))
})
afterAll(() => collectors?.stop())
const url = () => collectors.urls()[0]!

it(`grants ${EXACT.calls} of 1,000 equal calls where exactly so many fit`, async () => {
  expect(await exactRace({ callers: 1000, scene: 'equal', urls: collectors.urls })).toBe(EXACT.calls)
  const account = (await shown(url())).get('exact exact-equal')
  expect(account).toMatchObject({ held: account!.limit, spent: 0 })
})

describe(`${CALLERS} callers with duplicates, cancels, delegations, releases and expiries (seed ${SEED})`, () => {
  let ran: Race
  beforeAll(async () => {
    ran = await race({ callers: CALLERS, seed: SEED, scene: 'many', urls: collectors.urls })
  })

  it('go 0 nano-dollars over, and none is refused that would have fitted', () => {
    expect(ran.found).toEqual([])
    expect(ran.granted).toBeGreaterThan(CALLERS / 10)
    expect(ran.refused).toBeGreaterThan(CALLERS / 10)
  })

  it('leave every account as it must be: forgotten holds are spent, uncertain, and nothing is held', async () => {
    const accounts = await until(
      () => shown(url()),
      (all) => [...ran.books.keys()].every((name) => all.get(name)?.held === 0 || ran.books.get(name)?.held === 0),
    )
    for (const [name, { spent, held }] of ran.books) {
      const account = accounts.get(name) ?? { spent: 0, held: 0, unbacked: 0, uncertain: 0 }
      expect({ name, ...account }).toMatchObject({ name, spent: spent + held, held: 0, unbacked: 0, uncertain: held })
      expect(account.spent).toBeLessThanOrEqual(limitOf(name))
    }
  })

  it('leave room to the last nano-dollar, and not one more', async () => {
    for (let caller = 0; caller < 20; caller++) {
      const who = whoIs('many', caller)
      const accounts = await shown(url())
      const rooms = accountsOf(who).map((name) => {
        const account = accounts.get(name)
        return account === undefined ? Infinity : account.limit - account.spent - account.held
      })
      const room = Math.min(...rooms)
      if (room <= 0) continue
      const over = await check(url(), modelCall(`over-${caller}`, who, room + 1, 0))
      const fits = await check(url(), modelCall(`fits-${caller}`, who, room, 0))
      expect([over.body.decision, fits.body.decision]).toEqual(['deny', 'allow'])
      const told = { holdId: `fits-${caller}`, status: 'ok', usage: { inputTokens: room, outputTokens: 0 } } as const
      expect((await settle(url(), told)).body.spentUsd).toBe(room / 1e9)
    }
  })

  it('get the same answer again, each of them', async () => {
    for (const [id, { body, verdict }] of ran.answered) {
      expect({ id, ...(await check(url(), body)).body }).toEqual({ id, ...verdict })
    }
  })
})
