/** Caps of runs, money lent to agents, and the signal that stops both. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'
import { DENIED, type GateStub, startGate } from '../test/gate-stub.ts'
import { DeniedError, type Handle, outrider } from './index.ts'

let gate: GateStub
let catcher: Catcher
let handle: Handle

beforeEach(async () => {
  gate = await startGate()
  catcher = await startCatcher()
  process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${catcher.url}/v1/traces`
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = gate.url
  handle = outrider.start({ service: 'money-test', onUnavailable: 'deny' })
})
afterEach(async () => {
  await handle.shutdown()
  await gate[Symbol.asyncDispose]()
  await catcher[Symbol.asyncDispose]()
  delete process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
})

const call = { model: 'gpt-4o', input: 'x' }

describe('a part of the run’s money', () => {
  it('is set aside at once, drawn on by every call inside, and given back at the end', async () => {
    const order: string[] = []
    gate.answer = ({ kind }) => {
      order.push(kind ?? '')
      return {}
    }
    await outrider.run('w', { budgetUsd: 1, user: 'u' }, async () => {
      await outrider.agent('child', { budgetUsd: 0.25 }, async () => {
        await gate.reached('checks', 1)
        await outrider.agent('grandchild', () => outrider.guard(call, (model) => model.cost(0.1)))
      })
      await outrider.guard(call, (model) => model.cost(0.1))
    })
    await handle.flush()
    const [lent, inside, outside] = gate.checks
    expect(order).toEqual(['agent', 'model', 'model'])
    expect(lent).toMatchObject({
      kind: 'agent',
      agent: 'child',
      estimateUsd: 0.25,
      runBudgetUsd: 1,
      userId: 'u',
      depth: 1,
    })
    expect(lent?.spanId).toBe(catcher.span('invoke_agent child').spanId)
    expect(inside).toMatchObject({ agent: 'grandchild', parentHoldId: lent?.id, depth: 2 })
    expect(outside).not.toHaveProperty('parentHoldId')
    expect(gate.releases).toEqual([{ holdId: lent?.id }])
    expect(gate.settles.map(({ holdId }) => holdId)).toEqual([inside?.id, outside?.id])
  })

  it('within a part is lent of that one', async () => {
    await outrider.agent('outer', { budgetUsd: 1 }, () =>
      outrider.run('inner', { budgetUsd: 0.5 }, () => outrider.guard(call, () => {})),
    )
    await handle.flush()
    const [outer, inner, model] = gate.checks
    expect(inner).toMatchObject({ kind: 'agent', estimateUsd: 0.5, parentHoldId: outer?.id })
    expect(model).toMatchObject({ kind: 'model', parentHoldId: inner?.id })
    expect(model).not.toHaveProperty('runBudgetUsd')
    expect(gate.releases.map(({ holdId }) => holdId)).toEqual([inner?.id, outer?.id])
  })

  it('that is not there denies the agent’s first call, and leaves an agent without calls alone', async () => {
    gate.answer = ({ kind }) => (kind === 'agent' ? DENIED : {})
    let ran = false
    const denied = outrider.agent('a', { budgetUsd: 5 }, () =>
      outrider.guard(call, () => {
        ran = true
      }),
    )
    await expect(denied).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    expect(ran).toBe(false)
    expect(outrider.agent('quiet', { budgetUsd: 5 }, () => 7)).toBe(7)
    await handle.flush()
    expect(gate.releases).toEqual([])
  })
})

describe('a switch', () => {
  const forEver = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

  it.each([
    ['its run', 'run', (traceId: string) => traceId],
    ['its workflow', 'workflow', () => 'w'],
    ['its user', 'user', () => 'u'],
    ['its agent', 'agent', () => 'inner'],
    ['an agent above', 'agent', () => 'outer'],
    ['its model', 'model', () => 'gpt-4o'],
    ['everything', 'global', () => 'all'],
  ] as const)('on %s stops the call under way, which is told why, and settles', async (_, scope, name) => {
    const stopped = outrider.run('w', { user: 'u' }, (run) =>
      outrider.agent('outer', () =>
        outrider.agent('inner', () =>
          outrider.guard(call, async ({ signal }) => {
            gate.tell({ scope, name: name(run.traceId), state: 'tripped' })
            await forEver(signal)
          }),
        ),
      ),
    )
    await expect(stopped).rejects.toMatchObject({ code: 'SWITCH_TRIPPED', retryable: false })
    await handle.flush()
    expect(gate.settles).toMatchObject([{ holdId: gate.checks[0]?.id }])
    expect(catcher.span('invoke_workflow w').attributes['outrider.stop_reason']).toBe('killed')
  })

  it('on somebody else stops nobody', async () => {
    const spared = await outrider.run('w', { user: 'u' }, (run) =>
      outrider.agent('a', async () => {
        const { signal } = run
        for (const name of ['other', 'A', run.traceId, 'u']) gate.tell({ scope: 'agent', name })
        gate.tell({ scope: 'user', name: 'a' })
        // the last to be told is heard last
        const last = outrider.agent('last', ({ signal }) => forEver(signal).catch(() => {}))
        gate.tell({ scope: 'agent', name: 'last' })
        await last
        return !signal.aborted
      }),
    )
    expect(spared).toBe(true)
  })

  it('aborts run.signal with the denial; what the provider’s client makes of it becomes that denial', async () => {
    const signals: AbortSignal[] = []
    const killed = outrider.run('w', (run) => {
      signals.push(run.signal)
      return outrider.guard(call, async ({ signal }) => {
        gate.tell({ scope: 'run', name: run.traceId, reason: 'looped', by: 'ada' })
        await forEver(signal).catch(() => {
          throw new DOMException('client says aborted', 'AbortError')
        })
      })
    })
    const denied = await killed.catch((error: unknown) => error)
    expect(denied).toBeInstanceOf(DeniedError)
    expect(denied).toMatchObject({
      code: 'SWITCH_HELD',
      cause: { name: 'AbortError' },
      traceUrl: expect.stringContaining(`${gate.url}/runs/`),
      reasons: [{ rule: expect.stringMatching(/^switch:run\//), message: expect.stringContaining('ada: looped') }],
    })
    expect(signals[0]?.reason).toBeInstanceOf(DeniedError)
  })

  it('ends a run as killed that only its signal told', async () => {
    await outrider
      .run('w', async (run) => {
        run.signal.throwIfAborted()
        gate.tell({ scope: 'run', name: run.traceId })
        await forEver(run.signal).catch(() => {
          throw new DOMException('stopped', 'AbortError')
        })
      })
      .catch(() => {})
    await handle.flush()
    expect(catcher.span('invoke_workflow w').attributes['outrider.stop_reason']).toBe('killed')
  })

  const stopped = (name: string) => outrider.agent(name, ({ signal }) => forEver(signal).catch(() => 'stopped'))

  it('that stands already aborts at once; a freed one does not', async () => {
    for (const state of ['held', 'freed'] as const) gate.tell({ scope: 'agent', name: 'freed', state })
    gate.tell({ scope: 'agent', name: 'held' })
    gate.tell({ scope: 'agent', name: 'last' })
    expect(await stopped('last')).toBe('stopped')
    expect(outrider.agent('held', ({ signal }) => signal.aborted)).toBe(true)
    expect(outrider.agent('freed', ({ signal }) => signal.aborted)).toBe(false)
  })

  it('is heard again after the connection broke', async () => {
    gate.tell({ scope: 'agent', name: 'a' })
    expect(await stopped('a')).toBe('stopped')
    gate.hangUp()
    await gate.reached('streams', 2)
    expect(gate.streams[1]?.lastEventId).toBe('1')
    gate.tell({ scope: 'agent', name: 'b' })
    expect(await stopped('b')).toBe('stopped')
  })
})

it('a caller’s own signal counts too: a call that it stopped before is not asked for, and never runs', async () => {
  const reason = new Error('user left')
  let ran = false
  const run = () => {
    ran = true
  }
  await expect(outrider.guard({ ...call, signal: AbortSignal.abort(reason) }, run)).rejects.toBe(reason)
  expect(gate.checks).toEqual([])

  const stop = new AbortController()
  gate.answer = () => {
    stop.abort(reason)
    return {}
  }
  await expect(outrider.guard({ ...call, signal: stop.signal }, run)).rejects.toBe(reason)
  expect(ran).toBe(false)
  await handle.flush()
  expect(gate.releases).toEqual([{ holdId: gate.checks[0]?.id }])
})
