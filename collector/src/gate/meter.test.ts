import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningGate, startGate, tempDir } from '../../test/gate.ts'
import { sampleSpan } from '../../test/sample-span.ts'
import type { Span } from '../span.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const prices = 'prices: [ { provider: acme, model: acme-1, inputUsdPerMTok: 1, outputUsdPerMTok: 10 } ]\n'
const model = { kind: 'model', traceId, provider: 'acme', model: 'acme-1', inputTokens: 1000, maxOutputTokens: 100 }
const id = (n: number) => n.toString(16).padStart(16, '0')
const holdId = (value: string) => ({ attributes: { 'outrider.hold.id': value } })

let place: ReturnType<typeof tempDir>
let running: RunningGate

beforeEach(async () => {
  place = tempDir()
  running = await startGate({ dir: place.dir, yaml: `${prices}budgets: [ { name: cap, scope: run, limitUsd: 0.01 } ]` })
})
afterEach(async () => {
  await running.close()
  place.remove()
})

const check = async (body: object) => (await running.post('/v1/gate/check', { ...model, ...body })).body
const tell = (...spans: Partial<Span>[]) => {
  const told = { traceId, kind: 'llm', status: 'ok', counted: true, costNano: 500_000, costSource: 'priced' } as const
  return running.gate.meter.accept(spans.map((span) => sampleSpan({ ...told, ...span })))
}
const balance = async () => {
  const { spentUsd, heldUsd, ungovernedUsd, unbackedUsd, uncertainUsd } = (await running.get('/api/budgets')).body[0]
  return { spentUsd, heldUsd, ungovernedUsd, unbackedUsd, uncertainUsd }
}
const nothing = { spentUsd: 0, heldUsd: 0, ungovernedUsd: 0, unbackedUsd: 0, uncertainUsd: 0 }

test('a span settles the hold it names, once however often it comes', async () => {
  await check({ id: 'a' })
  for (const _ of [1, 2]) await tell({ spanId: id(1), ...holdId('a') })
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.0005 })
})

test('a span settles the hold that was made for it', async () => {
  await check({ id: 'a', spanId: id(1) })
  await tell({ spanId: id(1) })
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.0005 })
  const settled = await running.post('/v1/gate/settle', { holdId: 'a', costUsd: 0.0007, status: 'ok' })
  expect(settled.body).toMatchObject({ spentUsd: 0.0005, reasons: [{ code: 'ALREADY_SETTLED' }] })
})

test('a second instrumentation’s span inside of it costs nothing, also over a span between', async () => {
  await check({ id: 'a', spanId: id(1) })
  await tell(
    { spanId: id(3), parentSpanId: id(2) },
    { spanId: id(2), parentSpanId: id(1), kind: 'other', costNano: null },
  )
  expect(await balance()).toEqual({ ...nothing, heldUsd: 0.002 })
  await tell({ spanId: id(1), counted: false })
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.0005 })
})

test('an attempt that failed inside of a call does not end the call, though it names its hold', async () => {
  await check({ id: 'a', spanId: id(1) })
  const failed = { status: 'error', costNano: null, costSource: null } as const
  await tell({ spanId: id(2), parentSpanId: id(1), ...holdId('a'), ...failed }, { spanId: id(3), ...holdId('a') })
  expect(await balance()).toEqual({ ...nothing, heldUsd: 0.002 })
  await tell({ spanId: id(1), ...holdId('a') })
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.0005 })
})

test('a model call inside of a tool is not the tool, whichever hold it names', async () => {
  await check({ id: 't', kind: 'tool', spanId: id(1), tool: { name: 'ask' }, estimateUsd: 0.001 })
  await tell(
    { spanId: id(2), parentSpanId: id(1), ...holdId('t') },
    { spanId: id(1), kind: 'tool', costNano: null, costSource: null },
  )
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.0015, ungovernedUsd: 0.0005 })
})

test('what nobody asked for is booked, corrected when it turns out to be told twice, and trips', async () => {
  await tell({ spanId: id(1) })
  await tell({ spanId: id(1) })
  await tell({ spanId: id(2), costNano: 9_500_000 }, { spanId: id(3), counted: false })
  expect(await balance()).toMatchObject({ spentUsd: 0.01, ungovernedUsd: 0.01 })
  expect((await running.get('/api/switches')).body.switches).toMatchObject([
    { scope: 'run', name: traceId, state: 'tripped', by: 'budget:cap' },
  ])
  expect(await check({ id: 'a' })).toMatchObject({ decision: 'deny' })
  await running.gate.meter.recount([{ traceId, spanId: id(2), fields: { counted: false } }])
  await running.gate.meter.recount([{ traceId, spanId: id(3), fields: { counted: true } }])
  expect(await balance()).toMatchObject({ spentUsd: 0.001, ungovernedUsd: 0.001 })
})

test('what an agent alone tells of its calls is booked until one of them tells itself', async () => {
  const sum = { spanId: id(1), kind: 'agent', outputTokens: 10, costNano: 2_000_000 } as const
  await tell(sum)
  expect(await balance()).toMatchObject({ spentUsd: 0.002, ungovernedUsd: 0.002 })
  await tell({ spanId: id(2), parentSpanId: id(1) })
  await running.gate.meter.recount([{ traceId, spanId: id(1), fields: { counted: false, costNano: null } }])
  expect(await balance()).toMatchObject({ spentUsd: 0.0005, ungovernedUsd: 0.0005 })
  await check({ id: 'p', kind: 'agent', spanId: id(3), estimateUsd: 0.004 })
  await tell({ ...sum, spanId: id(3) })
  expect(await balance()).toMatchObject({ spentUsd: 0.0025, heldUsd: 0.002, ungovernedUsd: 0.0005 })
})

test('what was told before its run’s user is moved to that user’s budget, whatever comes again', async () => {
  running.reload(`${prices}budgets: [ { name: each, scope: user, limitUsd: 0.01 } ]`)
  const spent = async () => {
    const accounts = (await running.get('/api/budgets')).body as { key: string; spentUsd: number }[]
    return Object.fromEntries(accounts.map(({ key, spentUsd }) => [key, spentUsd]))
  }
  await tell({ spanId: id(1) }, { spanId: id(2), userId: 'ann' })
  expect(await spent()).toEqual({ ann: 0.0005 })
  await running.gate.meter.recount([
    { traceId, spanId: id(1), fields: { userId: 'bob' } },
    { traceId, spanId: id(2), fields: { userId: 'bob', costNano: 700_000 } },
  ])
  expect(await spent()).toEqual({ bob: 0.0012 })
  await tell({ spanId: id(2), userId: 'bob', costNano: 700_000 }, { spanId: id(1), userId: 'bob' })
  expect(await spent()).toEqual({ bob: 0.0012 })
  // told again with a word that was corrected before
  await tell({ spanId: id(2), userId: 'ann', costNano: 700_000 })
  expect(await spent()).toEqual({ ann: 0.0007, bob: 0.0005 })
})

test('what an earlier process booked is corrected from what is stored, what had a hold is left to it', async () => {
  const told = { traceId, kind: 'llm', status: 'ok', counted: true, costNano: 500_000, costSource: 'priced' } as const
  const stored = (spanId: string) => sampleSpan({ ...told, spanId })
  await check({ id: 'a', spanId: id(2) })
  await tell({ spanId: id(1) }, { spanId: id(2) })
  await running.close()
  running = await startGate({ dir: place.dir, yaml: `${prices}budgets: [ { name: cap, scope: run, limitUsd: 0.01 } ]` })
  // sent again with less than was known of it
  await tell({ spanId: id(1) })
  await running.gate.meter.recount([
    { traceId, spanId: id(1), fields: { counted: false }, stored: stored(id(1)) },
    { traceId, spanId: id(2), fields: { counted: false }, stored: stored(id(2)) },
  ])
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.0005 })
})

test('what runs under a delegation or a lease is drawn from it, by name or by place', async () => {
  await check({ id: 'p', kind: 'agent', spanId: id(1), estimateUsd: 0.004 })
  await tell(
    { spanId: id(2), parentSpanId: id(1) },
    { spanId: id(3), ...holdId('p') },
    { spanId: id(1), kind: 'agent', costNano: 1_000_000, counted: false },
  )
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.001, heldUsd: 0.003 })
  await running.post('/v1/gate/release', { holdId: 'p' })
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.001 })
})

test('of a call under a lease that two spans tell one draws, whichever turns out to count', async () => {
  await check({ id: 'l', kind: 'lease', estimateUsd: 0.004 })
  await tell({ spanId: id(2), parentSpanId: id(1), ...holdId('l') }, { spanId: id(1), ...holdId('l') })
  expect(await balance()).toMatchObject({ spentUsd: 0.001 })
  await running.gate.meter.recount([{ traceId, spanId: id(2), fields: { counted: false } }])
  expect(await balance()).toMatchObject({ spentUsd: 0.0005, ungovernedUsd: 0 })
})

test('a call that failed cost what went in; one without a price what was held', async () => {
  await check({ id: 'a', spanId: id(1) })
  await check({ id: 'b', spanId: id(2) })
  await tell(
    { spanId: id(1), status: 'error', costNano: null, costSource: null },
    { spanId: id(2), costNano: null, costSource: 'unpriced' },
  )
  expect(await balance()).toEqual({ ...nothing, spentUsd: 0.003 })
})

test('a call that failed and was given back costs nothing: its span says no more than that', async () => {
  await check({ id: 'a', spanId: id(1) })
  await running.post('/v1/gate/release', { holdId: 'a' })
  await tell({ spanId: id(1), ...holdId('a'), status: 'error', costNano: null, costSource: null })
  expect(await balance()).toEqual(nothing)
})

test('decisions are no spend', async () => {
  await check({ id: 'a' })
  await tell({ spanId: id(9), kind: 'gate', ...holdId('a') })
  expect(await balance()).toEqual({ ...nothing, heldUsd: 0.002 })
})
