/** Windows that end while calls are in flight, nights in which the clock is moved, clocks that jump. */
import type { WireBudget } from '@outrider/policies'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RunningGate, startGate, tempDir } from './gate.ts'
import { newTraceId } from './otlp.ts'
import { createRandom } from './race/random.ts'

const HOUR = 3_600_000
const RULES = `
gate: { holdSeconds: { tool: 86400 } }
budgets:
  - { name: each-user-day, scope: user, window: day, timezone: Europe/Berlin, limitUsd: 1 }
  - { name: each-session-hour, scope: session, match: { session: "*" }, window: 1h, limitUsd: 1 }
`

let place: ReturnType<typeof tempDir>
let gate: RunningGate
let now: number
beforeEach(async () => {
  place = tempDir()
  now = Date.parse('2026-10-24T21:30:00Z')
  gate = await startGate({ dir: place.dir, yaml: RULES, now: () => now })
})
afterEach(async () => {
  await gate.close()
  place.remove()
})

let calls = 0
async function ask(
  estimateUsd: number,
  over = {},
): Promise<{ id: string; decision: string; reasons: { resetsAt?: string }[] }> {
  const id = `call-${++calls}`
  const call = { id, traceId: newTraceId(), kind: 'tool', tool: { name: 'search' }, userId: 'ada', sessionId: 's' }
  return { ...(await gate.post('/v1/gate/check', { ...call, estimateUsd, ...over })).body, id }
}
const settle = (holdId: string, costUsd: number) => gate.post('/v1/gate/settle', { holdId, costUsd, status: 'ok' })
async function accounts(name: string): Promise<readonly WireBudget[]> {
  const all: readonly WireBudget[] = (await gate.get('/api/budgets')).body
  return all.filter((one) => one.name === name && one.key !== '')
}

it('a reset while a call is in flight leaves its money in the window that it was held in', async () => {
  const { id } = await ask(0.6)
  expect(await accounts('each-user-day')).toMatchObject([{ heldUsd: 0.6, spentUsd: 0 }])
  now = Date.parse('2026-10-24T22:30:00Z')
  // the new day has its whole limit
  const fresh = await ask(1, { sessionId: 't' })
  expect(fresh.decision).toBe('allow')
  await settle(id, 0.5)
  expect(await accounts('each-user-day')).toMatchObject([
    {
      window: { start: '2026-10-24T22:00:00.000Z', end: '2026-10-25T23:00:00.000Z' },
      ...{ heldUsd: 1, spentUsd: 0, unbackedUsd: 0 },
    },
  ])
  now = Date.parse('2026-10-24T21:59:59Z')
  const before = (await accounts('each-user-day')).filter(({ window }) => window.end === '2026-10-24T22:00:00.000Z')
  expect(before).toMatchObject([{ heldUsd: 0, spentUsd: 0.5, unbackedUsd: 0 }])
})

it('the day of 25 hours is one day, and says when it ends', async () => {
  now = Date.parse('2026-10-24T22:00:00Z')
  await settle((await ask(0.6)).id, 0.6)
  now = Date.parse('2026-10-25T22:59:59Z')
  const refused = await ask(0.6, { sessionId: 't' })
  expect(refused).toMatchObject({ decision: 'deny', reasons: [{ resetsAt: '2026-10-25T23:00:00.000Z' }] })
  now = Date.parse('2026-10-25T23:00:00Z')
  expect(await ask(0.6, { sessionId: 'u' })).toMatchObject({ decision: 'allow' })
})

it('a rolling hour frees what is older than an hour, and nothing sooner', async () => {
  const used = async (cost: number) => settle((await ask(cost, { userId: `u${++calls}` })).id, cost)
  await used(0.5)
  now += HOUR / 2
  await used(0.5)
  expect(await ask(0.1, { userId: 'x' })).toMatchObject({ decision: 'deny' })
  now += HOUR / 2 - 60_000
  expect(await ask(0.5, { userId: 'y' })).toMatchObject({ decision: 'deny' })
  // its slices are small beside the hour
  now += 3 * 60_000
  expect(await ask(0.5, { userId: 'z' })).toMatchObject({ decision: 'allow' })
  expect(await ask(0.1, { userId: 'z' })).toMatchObject({ decision: 'deny' })
})

it('a clock that jumps to and fro makes no account negative, and none goes over', async () => {
  const random = createRandom(7)
  const open: { id: string; held: number }[] = []
  for (let step = 0; step < 400; step++) {
    now += [1, 60_000, HOUR, -HOUR, 25 * HOUR, -25 * HOUR, 0][random.upTo(6)]!
    const held = random.upTo(400_000_000) / 1e9
    const { id, decision } = await ask(held, { userId: `user-${random.upTo(2)}`, sessionId: `s-${random.upTo(2)}` })
    if (decision === 'allow') open.push({ id, held })
    if (random.upTo(1) === 1 && open.length > 0) {
      const [ended] = open.splice(random.upTo(open.length - 1), 1)
      const cost = Math.round((ended!.held * random.upTo(100) * 1e9) / 100) / 1e9
      expect((await settle(ended!.id, cost)).body).toMatchObject({ spentUsd: cost })
    }
    const all: readonly WireBudget[] = (await gate.get('/api/budgets')).body
    for (const account of all) {
      const { name, key, heldUsd, spentUsd, unbackedUsd, uncertainUsd, limitUsd } = account
      for (const amount of [heldUsd, spentUsd, unbackedUsd, uncertainUsd]) expect(amount).toBeGreaterThanOrEqual(0)
      const used = Math.round((heldUsd + spentUsd - unbackedUsd) * 1e9)
      expect({ name, key, over: Math.max(0, used - limitUsd * 1e9) }).toEqual({ name, key, over: 0 })
    }
  }
})
