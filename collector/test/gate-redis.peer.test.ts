/** Several collectors, one Redis, one budget: the same promises. Needs Debian's `redis-server`; says so without it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRedis, type RedisServer, startRedis } from '../src/ledger/redis-server.ts'
import { type Collectors, shown, startCollectors, until } from './race/collectors.ts'
import { check, put, settle } from './race/gate.ts'
import { exactRace, type Race, race } from './race/race.ts'
import { EXACT, limitOf, modelCall, raceConfig, whoIs } from './race/scene.ts'

const found = findRedis()

describe.runIf(found)('three collectors on one Redis', () => {
  let redis: RedisServer
  let collectors: Collectors
  beforeAll(async () => {
    redis = await startRedis('always')
    collectors = await startCollectors(3, raceConfig(['many', 'killed']), { REDIS_URL: redis.url })
  })
  afterAll(async () => {
    await collectors?.stop()
    await redis?.stop()
  })

  it(`grant ${EXACT.calls} of 1,000 equal calls where exactly so many fit`, async () => {
    expect(await exactRace({ callers: 1000, scene: 'equal', urls: collectors.urls })).toBe(EXACT.calls)
  })

  it('go 0 nano-dollars over with 1,000 callers, refuse none that would have fitted, and show the same books', async () => {
    const ran = await race({ callers: 1000, seed: 3, scene: 'many', urls: collectors.urls })
    expect(ran.found).toEqual([])
    await compare(ran, collectors.urls())
    await sameAnswers(ran)
  })

  it('lose nothing when one of them is killed in the burst', async () => {
    let killed: Promise<void> | undefined
    const ran = await race({
      ...{ callers: 200, seed: 4, scene: 'killed', people: 20, urls: collectors.urls },
      onAnswer: (count) => {
        if (count === 60) killed = collectors.kill(1)
      },
    })
    await killed
    expect(ran.found).toEqual([])
    await compare(ran, collectors.urls())
    await sameAnswers(ran)
  })

  it('all obey a switch once one of them has answered', async () => {
    const who = whoIs('switch', 1)
    const [first] = collectors.urls()
    let stop = false
    let answered = false
    let asked = 0
    let granted = 0
    let late = 0
    const callers = collectors.urls().map(async (url, n) => {
      for (let i = 0; !stop; i++) {
        const begun = answered
        const { body } = await check(url, modelCall(`switch-${n}-${i}`, who, 1, 0))
        asked++
        if (body.decision === 'allow') granted++
        if (begun && body.decision === 'allow') late++
      }
    })
    while (asked < 30) await new Promise((resolve) => setImmediate(resolve))
    expect((await put(first!, `/api/switches/user/${who.userId}`, { reason: 'enough.', by: 'grace' })).status).toBe(200)
    answered = true
    const then = asked
    while (asked < then + 60) await new Promise((resolve) => setImmediate(resolve))
    stop = true
    await Promise.all(callers)
    expect(granted).toBeGreaterThan(0)
    expect(late).toBe(0)
  })

  it('grant nothing while Redis is away, and go on where they were', async () => {
    const [first, second] = collectors.urls()
    const who = whoIs('away', 1)
    const held = modelCall('away-held', who, 100, 0)
    expect((await check(first!, held)).body).toMatchObject({ decision: 'allow' })
    await redis.kill()
    try {
      for (const url of collectors.urls()) {
        expect((await check(url, modelCall('away-refused', who, 100, 0))).body).toMatchObject({
          decision: 'deny',
          reasons: [{ code: 'LEDGER_UNAVAILABLE', retryable: true }],
        })
      }
    } finally {
      await redis.start()
    }
    const again = () => check(second!, modelCall('away-again', who, 100, 0))
    await until(again, ({ body }) => body.decision === 'allow')
    const told = { holdId: held.id, status: 'ok', usage: { inputTokens: 60, outputTokens: 0 } } as const
    expect((await settle(second!, told)).body.spentUsd).toBe(60e-9)
  })

  async function compare({ books }: Race, urls: readonly string[]): Promise<void> {
    for (const url of urls) {
      const accounts = await shown(url)
      for (const [name, { spent, held }] of books) {
        const account = accounts.get(name) ?? { spent: 0, held: 0, unbacked: 0, uncertain: 0 }
        const used = { name, used: account.spent + account.held, open: account.uncertain + account.held }
        expect({ ...used, unbacked: account.unbacked }).toEqual({ name, used: spent + held, open: held, unbacked: 0 })
        expect(used.used).toBeLessThanOrEqual(limitOf(name))
      }
    }
  }

  /** Asked of the next collector than the first time. */
  async function sameAnswers({ answered }: Race): Promise<void> {
    const urls = collectors.urls()
    let turn = 0
    for (const [id, { body, verdict }] of answered) {
      expect({ id, ...(await check(urls[turn++ % urls.length]!, body)).body }).toEqual({ id, ...verdict })
    }
  }
})

// said, and not counted as passed
if (!found) it.skip('redis-server is not installed: collectors that share a budget are not tried', () => {})
