import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { span, storedRun } from '../../test/known-runs.ts'
import { orphansOf, runAnswer } from './run-answer.ts'

const id = (n: number) => n.toString(16).padStart(16, '0')

test('any shape of run is answered whole, in the order given, orphans marked', async () => {
  const links = fc.array(fc.record({ parent: fc.option(fc.nat(40)), gate: fc.boolean() }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(links, async (shape) => {
      const spans = shape.map(({ parent, gate }, at) => {
        return span({ spanId: id(at), parentSpanId: parent === null ? null : id(parent), kind: gate ? 'gate' : 'llm' })
      })
      const { run } = storedRun(spans)
      const decisions = spans.filter(({ kind }) => kind === 'gate').map(({ spanId }) => ({ id: spanId }))
      const answer = JSON.parse(await text(runAnswer(run, spans, [], { decisions, alerts: [{ id: 'a' }] })))
      expect(answer.spans.map((each: { spanId: string }) => each.spanId)).toEqual(spans.map(({ spanId }) => spanId))
      expect(answer.spans.map((each: { orphan: boolean }) => each.orphan)).toEqual(
        shape.map(({ parent }) => parent !== null && parent >= shape.length),
      )
      expect(answer.decisions).toEqual(decisions)
      expect(answer.alerts).toEqual([{ id: 'a' }])
    }),
    { numRuns: 50 },
  )
})

test('10,000 spans come in pieces, each a small part of the whole', async () => {
  const spans = Array.from({ length: 10_000 }, (_, at) => {
    return span({ spanId: id(at), parentSpanId: at === 0 ? null : id(at - 1), input: 'x'.repeat(500), atMs: at })
  })
  const sizes: number[] = []
  let whole = ''
  for await (const piece of runAnswer(storedRun(spans).run, spans)) {
    sizes.push(piece.length)
    whole += piece
  }
  expect(JSON.parse(whole).spans).toHaveLength(10_000)
  expect(Math.max(...sizes)).toBeLessThan(whole.length / 50)
})

describe('orphansOf', () => {
  test('a cycle has no orphan', () => {
    const spans = [span({ spanId: id(1), parentSpanId: id(2) }), span({ spanId: id(2), parentSpanId: id(1) })]
    expect(orphansOf([...spans, span({ spanId: id(3), parentSpanId: id(3) })]).size).toBe(0)
  })
})
