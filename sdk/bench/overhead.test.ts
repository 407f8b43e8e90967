import { trace } from '@opentelemetry/api'
import { outrider } from '@outrider/sdk'
import { expect, it } from 'vitest'
import { startCatcher } from '../test/catcher.ts'
import { byHand, bySdk, measureOverhead } from './overhead.ts'

it('compares the same spans with the same attributes', async () => {
  await using catcher = await startCatcher()
  await using telemetry = outrider.start({ service: 'same', collector: catcher.url })
  await bySdk()
  await byHand(trace.getTracer('by-hand'))
  await telemetry.flush()
  const told = catcher.spans.map(
    ({ scope, name, kind, status, attributes }) => [scope, { name, kind, status, attributes }] as const,
  )
  const of = (wanted: string) => told.filter(([scope]) => scope === wanted).map(([, span]) => span)
  expect(of('@outrider/sdk')).toHaveLength(4)
  expect(of('@outrider/sdk')).toEqual(of('by-hand'))
})

it('sends all that it measures', async () => {
  const { spans, dropped, ratio } = await measureOverhead({ rounds: 2, runs: 10 })
  expect({ spans, dropped }).toEqual({ spans: 160, dropped: 0 })
  expect(ratio).toBeGreaterThan(0)
})
