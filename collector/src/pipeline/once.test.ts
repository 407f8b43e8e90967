import { expect, it } from 'vitest'
import { aSpan, someSpans } from '../../test/spans.ts'
import type { Span } from '../span.ts'
import { once } from './once.ts'

const memory = () => {
  const seen: Span[] = []
  return { seen, accept: async (spans: readonly Span[]) => void seen.push(...spans) }
}

it('passes a span on once, in one batch or many', async () => {
  const sink = memory()
  const guarded = once(sink)
  const [a, b] = someSpans(2)
  await guarded.accept([a!, a!])
  await guarded.accept([b!, a!])
  expect(sink.seen.map((span) => span.spanId)).toEqual([a!.spanId, b!.spanId])
})

it('tells spans of two traces apart', async () => {
  const sink = memory()
  const guarded = once(sink)
  await guarded.accept([aSpan(), aSpan({ traceId: 'f'.repeat(32) })])
  expect(sink.seen).toHaveLength(2)
})

it('forgets what the sink did not take', async () => {
  const sink = memory()
  let broken = true
  const guarded = once({
    accept: (spans) => (broken ? Promise.reject(new Error('down')) : sink.accept(spans)),
  })
  await expect(guarded.accept([aSpan()])).rejects.toThrow('down')
  broken = false
  await guarded.accept([aSpan()])
  expect(sink.seen).toHaveLength(1)
})

it('still knows the last `remember` spans after it has let go of older ones', async () => {
  const sink = memory()
  const guarded = once(sink, { remember: 10 })
  const spans = someSpans(95)
  for (const span of spans) await guarded.accept([span])
  await guarded.accept(spans.slice(-10))
  expect(sink.seen).toHaveLength(95)
})
