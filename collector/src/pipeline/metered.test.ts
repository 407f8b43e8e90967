import { expect, test } from 'vitest'
import { aSpan } from '../../test/spans.ts'
import { createMetrics } from '../metrics.ts'
import type { Span } from '../span.ts'
import { createMetered } from './metered.ts'

const call = (spanId: string, given = {}) => {
  return aSpan({ spanId, agent: 'a', responseModel: 'm', inputTokens: 100, outputTokens: 10, costNano: 1000, ...given })
}
const counts = (spanId: string, counted: boolean, stored: Span | null = null) => {
  return { tenant: null, traceId: call('').traceId, spanId, fields: { counted }, stored }
}
const uncounted = (spanId: string) => counts(spanId, false)

async function tokensOf(steps: (metered: ReturnType<typeof createMetered>) => Promise<void>) {
  const metrics = createMetrics()
  await steps(createMetered(metrics))
  const text = await metrics.text()
  await metrics.close()
  const value = (pattern: string) =>
    [...text.matchAll(new RegExp(`^${pattern}\\{.*\\} (\\S+)$`, 'gm'))].reduce((sum, [, each]) => sum + Number(each), 0)
  return [
    value('outrider_tokens_total\\b(?=.*type="input")'),
    value('outrider_cost_usd_total'),
    value('outrider_calls_total'),
  ]
}

test('a call that another span tells too is counted once, however the two came', async () => {
  const together = tokensOf(async (metered) => {
    await metered.accept([call('outer', { counted: false }), call('inner')])
  })
  const apart = tokensOf(async (metered) => {
    await metered.accept([call('outer')])
    metered.recount([uncounted('outer')])
    metered.recount([uncounted('outer')])
    await metered.accept([call('inner')])
  })
  const late = tokensOf(async (metered) => {
    await metered.accept([call('outer'), call('inner')])
    metered.recount([uncounted('outer'), uncounted('unknown')])
    metered.recount([counts('outer', true)])
    metered.recount([uncounted('outer')])
    await metered.accept([call('next', { inputTokens: 30, costNano: null })])
    await metered.accept([call('more', { inputTokens: 70, outputTokens: 0, costNano: 1000 })])
  })
  expect(await together).toEqual([100, 0.000_001, 2])
  expect(await apart).toEqual([100, 0.000_001, 2])
  expect(await late).toEqual([200, 0.000_002, 4])
})

test('what an agent told of all its calls is taken off these', async () => {
  const first = tokensOf(async (metered) => {
    await metered.accept([call('agent', { kind: 'agent' })])
    metered.recount([uncounted('agent')])
    await metered.accept([call('search', { kind: 'embedding', inputTokens: 5, costNano: 0 })])
    await metered.accept([call('one', { inputTokens: 60, costNano: 400 })])
    await metered.accept([call('two', { inputTokens: 40, costNano: 600 })])
  })
  expect(await first).toEqual([105, 0.000_001, 4])
})

test('what an earlier process added up is taken off what comes instead of it', async () => {
  const restarted = tokensOf(async (metered) => {
    metered.recount([counts('outer', false, call('outer', { agent: null }))])
    metered.recount([counts('outer', false, call('outer', { agent: null }))])
    await metered.accept([call('inner')])
    await metered.accept([call('next')])
  })
  expect(await restarted).toEqual([100, 0.000_001, 2])
})

test('usage that another span knew is added when it comes, whichever of the two counts', async () => {
  const filled = { ...counts('run', true), fields: { inputTokens: 100, outputTokens: 10, costNano: 1000 } }
  const silent = { inputTokens: null, outputTokens: null, costNano: null }
  const found = tokensOf(async (metered) => {
    await metered.accept([call('run', silent)])
    metered.recount([filled])
    await metered.accept([call('detached', { agent: null, counted: false })])
  })
  const moved = tokensOf(async (metered) => {
    await metered.accept([call('detached', { agent: null })])
    await metered.accept([call('run', silent)])
    metered.recount([filled, uncounted('detached')])
  })
  expect([await found, await moved]).toEqual([
    [100, 0.000_001, 2],
    [100, 0.000_001, 2],
  ])
})

test('what could not be read is counted by dialect and field', async () => {
  const metrics = createMetrics()
  const warnings = ['bad_number:gen_ai.usage.input_tokens', 'end_before_start', `bad_value:${'x'.repeat(500)}`]
  await createMetered(metrics).accept([call('a', { warnings }), call('b', { warnings: warnings.slice(0, 1) })])
  const text = await metrics.text()
  await metrics.close()
  const counts = [
    ...text.matchAll(/^outrider_field_problems_total\{dialect="otel-genai",field="([^"]*)"[^}]*\} (\d)$/gm),
  ]
  expect(counts.map(([, field, count]) => [field, count])).toEqual([
    ['gen_ai.usage.input_tokens', '2'],
    ['end_before_start', '1'],
    ['x'.repeat(100), '1'],
  ])
})
