import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Handle, outrider, type Rejection } from './src/index.ts'
import { type Collector, startCollector } from './test/collector.ts'

const refund = z.object({ order: z.number().int(), usd: z.number().max(50) })
const refundJson = {
  ...{ type: 'object', required: ['order', 'usd'], additionalProperties: false },
  properties: { order: { type: 'integer' }, usd: { type: 'number', maximum: 50 } },
}

let collector: Collector
let handle: Handle
beforeAll(async () => {
  collector = await startCollector()
})
afterAll(() => collector[Symbol.asyncDispose]())
beforeEach(async () => {
  handle = outrider.start({ service: 'check', collector: collector.url, onUnavailable: 'deny' })
  return () => handle.shutdown()
})

interface Told {
  readonly spans: readonly {
    readonly name: string
    readonly kind: string
    readonly stopReason: string | null
    readonly attempt: number | null
    readonly scores: readonly { readonly name: string; readonly value: number; readonly label: string | null }[]
  }[]
}
const told = async (traceId: string) => {
  await handle.flush()
  return ((await collector.get(`/api/runs/${traceId}`)) as Told).spans
}

describe.each([
  ['a Standard Schema', refund],
  ['a JSON Schema', refundJson],
])('with %s', (_, schema) => {
  it.each([
    ['a value', { order: 17, usd: 9 }],
    ['its JSON', '{"order": 17, "usd": 9}'],
  ])('%s of the right form is handed on', async (_what, output) => {
    expect(await handle.check(output, { schema })).toEqual({
      ...{ ok: true, value: { order: 17, usd: 9 }, score: null, rounds: 1 },
    })
  })

  it('what is wrong goes back to the agent, and is told', async () => {
    const heard: Rejection[] = []
    const { traceId, checked } = await handle.run('repair', async (run) => {
      const answers = ['I refund 9 dollars.', { order: 17, usd: 99 }, { order: 17, usd: 9 }]
      const checked = await handle.check(answers[0], { name: 'form', schema }, (rejection) => {
        heard.push(rejection)
        return answers[rejection.round]
      })
      return { traceId: run.traceId, checked }
    })
    expect(checked).toMatchObject({ ok: true, value: { order: 17, usd: 9 }, rounds: 3 })
    expect(heard.map(({ round, problems }) => [round, problems.length > 0])).toEqual([
      [1, true],
      [2, true],
    ])
    expect(heard[1]?.message).toMatch(/^- \/usd/)
    const evals = (await told(traceId)).filter(({ kind }) => kind === 'eval')
    const inOrder = evals.toSorted((a, b) => (a.attempt ?? 0) - (b.attempt ?? 0))
    expect(inOrder.map(({ name, attempt, scores }) => [name, attempt, scores[0]?.value, scores[0]?.label])).toEqual([
      ['evaluate form', 1, 0, 'rejected'],
      ['evaluate form', 2, 0, 'rejected'],
      ['evaluate form', 3, 1, 'accepted'],
    ])
  })

  it('what is never right is told, and not guessed', async () => {
    const checked = await handle.check({ order: 17 }, { schema, repairs: 1 }, () => ({ usd: 3 }))
    expect(checked).toMatchObject({ ok: false, rounds: 2, output: { usd: 3 } })
  })
})

describe('a score', () => {
  it.each([
    [0.7, 0.8, false],
    [0.8, 0.8, true],
    [Number.NaN, 0, false],
    [(value: unknown) => Promise.resolve(String(value).length / 10), 0.4, true],
  ])('%s of at least %s', async (score, min, ok) => {
    expect(await handle.check('fine', { score, min })).toMatchObject({ ok })
  })

  it('says what is missing', async () => {
    const checked = await handle.check('fine', { name: 'helpful', score: 0.5, min: 0.8 })
    expect(checked).toMatchObject({ ok: false, score: 0.5, message: '- helpful is 0.5; it must be at least 0.8.' })
  })
})

describe('where the collector cannot judge a JSON Schema', () => {
  it.each([
    ['away', { collector: 'http://127.0.0.1:9' }],
    ['not to see texts', { content: 'none' }],
  ] as const)('%s: the choice decides', async (_, options) => {
    await handle.shutdown()
    for (const onUnavailable of ['deny', 'allow'] as const) {
      await using other = outrider.start({ service: 'check', collector: collector.url, ...options, onUnavailable })
      const checked = await other.check({ order: 'x' }, { schema: refundJson })
      expect(checked).toMatchObject({ ok: onUnavailable === 'allow' })
    }
  })

  it('for it is none: says why', async () => {
    const checked = await handle.check({}, { schema: { type: 'nonsense' } })
    expect(checked).toMatchObject({ ok: false, message: expect.stringContaining('`schema`') })
  })
})

describe('a boundary', () => {
  const answer = z.object({ text: z.string().min(1) })
  const cross = (output: unknown) => {
    let runs = 0
    const desk = handle.boundary('desk', { accepts: refund, returns: answer }, (input) => {
      expect(Object.keys(input)).toEqual(['order', 'usd'])
      runs += 1
      return output
    })
    return { desk, runs: () => runs }
  }

  it('lets through what fits', async () => {
    const { desk } = cross('{"text":"done"}')
    expect(await desk({ order: 1, usd: 2, other: 3 })).toEqual({ ok: true, value: { text: 'done' } })
  })

  it('keeps the agent from what does not', async () => {
    const { desk, runs } = cross({ text: 'done' })
    const crossed = await handle.run('w', async (run) => ({ traceId: run.traceId, ...(await desk({ order: 'x' })) }))
    expect(crossed).toMatchObject({
      ok: false,
      agent: 'desk',
      at: 'input',
      problems: [{ path: '/order' }, { path: '/usd' }],
    })
    expect(runs()).toBe(0)
    const [agent] = (await told(crossed.traceId)).filter(({ kind }) => kind === 'agent')
    expect(agent).toMatchObject({ stopReason: 'error', scores: [{ name: 'accepts', value: 0, label: 'rejected' }] })
  })

  it('keeps what the agent made from others', async () => {
    const { desk } = cross({ text: '' })
    expect(await desk({ order: 1, usd: 2 })).toMatchObject({ ok: false, at: 'output', problems: [{ path: '/text' }] })
  })

  it('throws what the agent throws', async () => {
    const desk = handle.boundary('desk', {}, () => {
      throw new RangeError('no')
    })
    await expect(desk(1)).rejects.toThrow(RangeError)
  })
})
