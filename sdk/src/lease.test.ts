import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Body, DENIED, type GateStub, startGate } from '../test/gate-stub.ts'
import type { GateClient } from './gate-client.ts'
import { type Handle, outrider } from './index.ts'
import { createLeases } from './lease.ts'
import type { Settlement } from './settlement.ts'
import type { Covered, Switches } from './switches.ts'
import type { CheckRequest } from './wire.ts'

const NANO = 1e9
const terms = {
  model: 'gpt-4o-mini',
  inputNanoPerToken: 150,
  outputNanoPerToken: 600,
  requestNano: 0,
  maxOutputTokens: 100,
}
const granted = (check: Body) => (check.kind === 'lease' ? { lease: terms, heldUsd: check.estimateUsd ?? 0 } : {})

describe('with a slice', () => {
  let gate: GateStub
  let handle: Handle
  const call = { model: 'gpt-4o-mini', inputTokens: 100, maxOutputTokens: 100 }
  const usage = { inputTokens: 90, outputTokens: 50 }
  const used = (times: number) => ({
    inputTokens: 90 * times,
    outputTokens: 50 * times,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  })

  beforeEach(async () => {
    gate = await startGate(granted)
    handle = outrider.start({ service: 'lease-test', collector: gate.url, onUnavailable: 'deny', leaseUsd: 0.008 })
  })
  afterEach(async () => {
    await handle.shutdown()
    await gate[Symbol.asyncDispose]()
  })

  it('its calls know that their output is to be judged', async () => {
    const guarded: boolean[] = []
    const ask = () => outrider.run('w', () => outrider.guard(call, (model) => void guarded.push(model.guarded)))
    await ask()
    gate.answer = (check) => ({ ...granted(check), guard: { output: 'stream' } })
    await ask()
    expect(guarded).toEqual([false, true])
  })

  it('most calls ask nobody; the slice settles as one, with what all used, when the run ends', async () => {
    await outrider.run('w', { budgetUsd: 1 }, () =>
      outrider.agent('a', async () => {
        for (let i = 0; i < 10; i += 1)
          await outrider.guard(call, (model) => {
            expect(model.maxOutputTokens).toBe(100)
            model.usage(usage)
          })
      }),
    )
    await handle.flush()
    const [lease, ...more] = gate.checks
    expect(more).toEqual([])
    expect(lease).toMatchObject({
      kind: 'lease',
      estimateUsd: 0.001,
      agent: 'a',
      model: 'gpt-4o-mini',
      runBudgetUsd: 1,
      maxOutputTokens: 100,
    })
    expect(lease).not.toHaveProperty('spanId')
    expect(lease).not.toHaveProperty('inputTokens')
    expect(gate.settles).toEqual([{ holdId: lease?.id, status: 'ok', usage: used(10) }])
  })

  it('a call that did not tell its usage counts as what went in, by the terms', async () => {
    await outrider.run('w', async () => {
      await outrider.guard(call, (model) => model.usage(usage))
      await outrider.guard(call, () => {})
      await outrider.guard(call, (model) => model.unused())
    })
    await handle.flush()
    expect(gate.settles).toEqual([
      { holdId: gate.checks[0]?.id, status: 'ok', costUsd: (90 * 150 + 50 * 600 + 100 * 150) / NANO },
    ])
  })

  it('is asked for again when it is used up: more each time, never beyond the whole', async () => {
    await outrider.run('w', async () => {
      for (let i = 0; i < 200; i += 1) await outrider.guard(call, (model) => model.usage(usage))
    })
    await handle.flush()
    const slices = gate.checks.map(({ estimateUsd }) => estimateUsd)
    expect(gate.checks.every(({ kind }) => kind === 'lease')).toBe(true)
    expect(slices).toEqual([0.001, 0.002, 0.004, 0.004])
    const told = gate.settles.reduce((sum, settle) => sum + (settle.usage?.inputTokens ?? 0), 0)
    expect(told).toBe(90 * 200)
  })

  it('that is refused is no denial: the call asks for itself', async () => {
    gate.answer = (check) => (check.kind === 'lease' ? DENIED : {})
    await outrider.run('w', async () => {
      for (let i = 0; i < 3; i += 1) await outrider.guard(call, (model) => model.usage(usage))
    })
    expect(gate.checks.map(({ kind }) => kind)).toEqual(['lease', 'model', 'model', 'model'])
  })

  it('serves on while the collector is away, and no longer than it lasts', async () => {
    await outrider.run('w', async () => {
      await outrider.guard(call, (model) => model.usage(usage))
      gate.answer = () => ({ status: 404 })
      let served = 0
      const more = async (): Promise<void> => {
        await outrider.guard(call, (model) => model.usage({ inputTokens: 100, outputTokens: 100 }))
        served += 1
        await more()
      }
      await expect(more()).rejects.toMatchObject({ code: 'GATE_UNAVAILABLE' })
      // 1,000,000 nano-dollars: one call of 43,500, then 75,000 each
      expect(served).toBe(12)
    })
  })

  it.each([
    ['an image', { input: [{ type: 'image_url', image_url: 'x' }] }],
    ['nothing to count', {}],
  ])('is not used for %s, which only the gate can bound', async (_, input) => {
    await outrider.guard({ model: 'gpt-4o-mini', ...input }, () => {})
    expect(gate.checks.map(({ kind }) => kind)).toEqual(['model'])
  })

  it('is void when a switch covers it: the next call asks, and what is left goes back', async () => {
    gate.answer = (check) => (check.kind === 'lease' ? granted(check) : DENIED)
    await outrider.run('w', async (run) => {
      await outrider.guard(call, (model) => model.usage(usage))
      const { promise, resolve } = Promise.withResolvers<void>()
      run.signal.addEventListener('abort', () => resolve())
      gate.tell({ scope: 'run', name: run.traceId })
      await promise
      gate.answer = () => DENIED
      await expect(outrider.guard(call, () => {})).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    })
    await gate.reached('settles', 1)
    expect(gate.settles).toEqual([{ holdId: gate.checks[0]?.id, status: 'ok', usage: used(1) }])
  })

  it('goes back at the shutdown; a call under way counts as all that it may use', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const open = outrider.guard(call, () => {
      begun.resolve()
      return promise
    })
    await begun.promise
    await handle.shutdown()
    expect(gate.settles).toEqual([
      { holdId: gate.checks[0]?.id, status: 'ok', costUsd: (100 * 150 + 100 * 600) / NANO },
    ])
    resolve()
    await open
  })

  it('that is granted after the run ended goes back whole', async () => {
    const answer = Promise.withResolvers<void>()
    gate.answer = async (check) => {
      await answer.promise
      return granted(check)
    }
    await outrider.run('w', () => {
      void outrider.guard(call, () => {}).catch(() => {})
      return gate.reached('checks', 1)
    })
    answer.resolve()
    await gate.reached('releases', 1)
    expect(gate.releases).toEqual([{ holdId: gate.checks[0]?.id }])
  })
})

describe('whatever happens', () => {
  const covered: Covered = {
    traceId: 'a',
    tenant: undefined,
    user: undefined,
    session: undefined,
    workflow: undefined,
    agents: [],
    models: [],
    tools: [],
  }
  const step = fc.oneof(
    fc.record({ does: fc.constant('call' as const), pot: fc.nat(2), tokens: fc.nat(3000) }),
    fc.record({ does: fc.constant('settle' as const), at: fc.nat(20), in: fc.nat(3000), out: fc.nat(120) }),
    fc.record({ does: fc.constant('drop' as const), at: fc.nat(20) }),
    fc.record({ does: fc.constant('stop' as const), at: fc.nat(5) }),
    fc.record({ does: fc.constant('end' as const) }),
  )

  it('never more than the slice is at risk, and everything goes back', async () => {
    const maxNano = 2_000_000
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.infiniteStream(fc.boolean()), async (steps, coin) => {
        const open = new Map<string, number>()
        const stops: (() => void)[] = []
        let atRisk = 0
        const close = async (id: string) => {
          atRisk -= open.get(id) ?? 0
          open.delete(id)
          return undefined
        }
        const client = {
          async check({ id, estimateUsd = 0 }: CheckRequest) {
            if (coin.next().value) return { kind: 'unavailable', why: '', retryable: true }
            const nano = Math.round(estimateUsd * NANO)
            open.set(id, nano)
            atRisk += nano
            expect(atRisk).toBeLessThanOrEqual(maxNano)
            const expiresAt = new Date(Date.now() + 60_000).toISOString()
            return {
              kind: 'verdict',
              verdict: { decision: 'allow', holdId: id, heldUsd: estimateUsd, expiresAt, reasons: [], lease: terms },
            }
          },
          settle: ({ holdId }: { holdId: string }) => close(holdId),
          release: close,
          during() {},
        } as unknown as GateClient
        const switches: Switches = {
          watch(_, stop) {
            stops.push(() => stop({ scope: 'run', name: 'a', state: 'held', reason: '', by: '', since: '' }))
            return () => {}
          },
          close() {},
        }
        const leases = createLeases({ client, switches }, { maxNano })
        const drawn: ((settlement: Settlement) => void)[] = []
        for (const one of steps) {
          if (one.does === 'call') {
            const request = {
              id: '',
              traceId: 'a',
              kind: 'model',
              model: `m${one.pot}`,
              inputTokens: one.tokens,
            } as const
            const pass = await leases.draw(request, covered)
            if (pass !== undefined) {
              expect(pass.heldUsd * NANO).toBeLessThanOrEqual(maxNano)
              drawn.push((settlement) => pass.settle(settlement))
            }
          }
          if (one.does === 'settle')
            drawn[one.at]?.({ kind: 'used', status: 'ok', usage: { inputTokens: one.in, outputTokens: one.out } })
          if (one.does === 'drop') drawn[one.at]?.({ kind: 'unused' })
          if (one.does === 'stop') stops[one.at]?.()
          if (one.does === 'end') leases.endRun('a')
        }
        leases.close()
        for (const settle of drawn) settle({ kind: 'unused' })
        await Promise.resolve()
        expect([...open.keys()]).toEqual([])
        expect(atRisk).toBe(0)
      }),
    )
  })
})
