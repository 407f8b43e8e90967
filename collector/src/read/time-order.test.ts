import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aSpan } from '../../test/spans.ts'
import { inTimeOrder } from './time-order.ts'

const span = (spanId: string, parentSpanId: string | null, start = 0) =>
  aSpan({ spanId, parentSpanId, startNs: BigInt(start) })
const order = (spans: ReturnType<typeof aSpan>[]) => inTimeOrder(spans).map(({ spanId }) => spanId)

it('puts parents before children that start with them, and an earlier child where its clock says', () => {
  expect(order([span('leaf', 'child'), span('child', 'root'), span('root', null)])).toEqual(['root', 'child', 'leaf'])
  expect(order([span('root', null, 5), span('skewed', 'root', 4)])).toEqual(['skewed', 'root'])
})

it('ends on cycles and keeps every span', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const any = fc.array(fc.record({ parent: fc.constantFrom(...ids, 'gone', null), start: fc.nat(2) }), {
    minLength: 6,
    maxLength: 6,
  })
  fc.assert(
    fc.property(any, (drawn) => {
      const spans = ids.map((id, i) => span(id, drawn[i]!.parent, drawn[i]!.start))
      expect(order(spans).toSorted()).toEqual(ids)
    }),
  )
})
