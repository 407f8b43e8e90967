/** The SDK on the real gate: what it spends is what the ledger says, to the nano-dollar, and what is stopped stops. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DeniedError, type Handle, outrider } from './src/index.ts'
import { type Collector, startCollector } from './test/collector.ts'

let collector: Collector
let handle: Handle

beforeAll(async () => {
  collector = await startCollector()
})
afterAll(() => collector[Symbol.asyncDispose]())

/** 2.5 and 10 USD per million tokens. */
const MODEL = { provider: 'openai', model: 'gpt-4o' }
const NANO = { in: 2500, out: 10_000 }
const usage = { inputTokens: 400, outputTokens: 100 }
const NANO_A_CALL = usage.inputTokens * NANO.in + usage.outputTokens * NANO.out

interface Balance {
  readonly key: string
  readonly limitUsd: number
  readonly spentUsd: number
  readonly heldUsd: number
  readonly unbackedUsd: number
  readonly ungovernedUsd: number
}

const balanceOf = async (traceId: string) =>
  ((await collector.get('/api/budgets')) as Balance[]).find(({ key }) => key === traceId)

const nano = (usd: number | undefined) => Math.round((usd ?? Number.NaN) * 1e9)

describe('asking for every call', () => {
  beforeEach(() => {
    // a hundred at once on a busy machine: none of them is given up
    handle = outrider.start({
      service: 'real',
      collector: collector.url,
      onUnavailable: 'deny',
      gateTimeoutMs: 30_000,
    })
  })
  afterEach(() => handle.shutdown())

  it('a hundred at once never pass the cap, and what was spent is exact', async () => {
    let traceId = ''
    let done = 0
    const call = { ...MODEL, inputTokens: 400, maxOutputTokens: 100 }
    const outcomes = await outrider.run('race', { budgetUsd: 0.05 }, (run) => {
      traceId = run.traceId
      const one = () =>
        outrider.guard(call, async (model) => {
          await new Promise(setImmediate)
          model.usage(usage)
          done += 1
        })
      return Promise.allSettled(Array.from({ length: 100 }, one))
    })
    const denied = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(denied.length + done).toBe(100)
    for (const error of denied) expect(error).toMatchObject({ name: 'DeniedError', code: 'BUDGET_EXCEEDED' })
    await handle.flush()
    const balance = await balanceOf(traceId)
    expect(balance).toMatchObject({ limitUsd: 0.05, heldUsd: 0, unbackedUsd: 0, ungovernedUsd: 0 })
    expect(nano(balance?.spentUsd)).toBe(done * NANO_A_CALL)
    // 0.05 USD are 25 calls of 0.002: not one less, as every hold fits its call
    expect(done).toBe(25)
  })

  it('one after the other it is not refused while there is room: a settle comes before the next check', async () => {
    const call = { ...MODEL, inputTokens: 400, maxOutputTokens: 100 }
    let done = 0
    const stopped = await outrider
      .run('row', { budgetUsd: 0.01 }, async () => {
        for (;;) {
          await outrider.guard(call, (model) => model.usage(usage))
          done += 1
        }
      })
      .catch((error: unknown) => error)
    expect(stopped).toBeInstanceOf(DeniedError)
    expect(stopped).toMatchObject({ reasons: [{ limitUsd: 0.01, spentUsd: 0.01 }] })
    expect(done).toBe(5)
  })

  it('an agent has what it was lent and no more; the rest goes back to the run', async () => {
    let traceId = ''
    const call = { ...MODEL, inputTokens: 400, maxOutputTokens: 100 }
    await outrider.run('tree', { budgetUsd: 0.02 }, async (run) => {
      traceId = run.traceId
      const child = outrider.agent('child', { budgetUsd: 0.005 }, async () => {
        for (;;) await outrider.guard(call, (model) => model.usage(usage))
      })
      await expect(child).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
      for (let i = 0; i < 8; i += 1) await outrider.guard(call, (model) => model.usage(usage))
      await expect(outrider.guard(call, () => {})).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    })
    await handle.flush()
    expect(nano((await balanceOf(traceId))?.spentUsd)).toBe(10 * NANO_A_CALL)
  })

  it('a person’s stop reaches the call under way', async () => {
    const stopped = outrider.run('stopped', () =>
      outrider.agent('stop-me', () =>
        outrider.guard({ ...MODEL, inputTokens: 1, maxOutputTokens: 1 }, async ({ signal }) => {
          const { promise, reject } = Promise.withResolvers<never>()
          signal.addEventListener('abort', () => reject(signal.reason))
          await collector.put('/api/switches/agent/stop-me', { reason: 'enough', by: 'ada' })
          await promise
        }),
      ),
    )
    await expect(stopped).rejects.toMatchObject({ code: 'SWITCH_HELD', message: expect.stringContaining('enough') })
  })
})

describe('with a lease', () => {
  beforeEach(() => {
    handle = outrider.start({ service: 'real', collector: collector.url, onUnavailable: 'deny', leaseUsd: 0.04 })
  })
  afterEach(() => handle.shutdown())

  it('a hundred calls are a few questions, and cost to the nano-dollar what they cost, spans counted once', async () => {
    let traceId = ''
    await outrider.run('leased', { budgetUsd: 1 }, async (run) => {
      traceId = run.traceId
      for (let i = 0; i < 100; i += 1)
        await outrider.guard({ ...MODEL, inputTokens: 400, maxOutputTokens: 200 }, (model) => model.usage(usage))
    })
    await handle.flush()
    const { decisions } = (await collector.get(`/api/runs/${traceId}`)) as { decisions: { kind: string }[] }
    expect(decisions.length).toBeLessThan(20)
    const balance = await balanceOf(traceId)
    expect(balance).toMatchObject({ heldUsd: 0, unbackedUsd: 0, ungovernedUsd: 0 })
    expect(nano(balance?.spentUsd)).toBe(100 * NANO_A_CALL)
  })

  it('the cap of the run holds all the same', async () => {
    let done = 0
    let traceId = ''
    const call = { ...MODEL, inputTokens: 400, maxOutputTokens: 100 }
    await outrider
      .run('leased-cap', { budgetUsd: 0.03 }, async (run) => {
        traceId = run.traceId
        for (;;) {
          await outrider.guard(call, (model) => model.usage(usage))
          done += 1
        }
      })
      .catch(() => {})
    await handle.flush()
    expect(done).toBe(15)
    expect(nano((await balanceOf(traceId))?.spentUsd)).toBe(15 * NANO_A_CALL)
  })
})

it('a collector that dies: leases serve on, then the choice holds, and nothing else breaks', async () => {
  await using mortal = await startCollector()
  const settings = { collector: mortal.url, onUnavailable: 'deny', gateTimeoutMs: 200, leaseUsd: 0.08 } as const
  await using dying = outrider.start({ service: 'dying', ...settings })
  const call = { ...MODEL, inputTokens: 400, maxOutputTokens: 100 }
  await dying.run('dying', async () => {
    await dying.guard(call, (model) => model.usage(usage))
    await mortal.kill()
    let served = 0
    const more = async () => {
      for (;;) {
        await dying.guard(call, (model) => model.usage(usage))
        served += 1
      }
    }
    await expect(more()).rejects.toMatchObject({ code: 'GATE_UNAVAILABLE', retryable: true })
    // a slice of 0.01 USD is five calls of 0.002
    expect(served).toBe(4)
  })
})
