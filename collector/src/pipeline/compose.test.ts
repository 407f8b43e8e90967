import { expect, it } from 'vitest'
import { someSpans } from '../../test/spans.ts'
import { compose } from './compose.ts'

it('applies steps in order, then sinks in order, each after the one before is done', async () => {
  const order: string[] = []
  const sink = (name: string) => ({
    accept: async () => {
      order.push(`${name} starts`)
      await null
      order.push(`${name} ends`)
    },
  })
  const step = (name: string) => (spans: readonly import('../span.ts').Span[]) => {
    order.push(name)
    return spans.slice(1)
  }
  await compose([step('a'), step('b')], [sink('ledger'), sink('store')]).accept(someSpans(3))
  expect(order).toEqual(['a', 'b', 'ledger starts', 'ledger ends', 'store starts', 'store ends'])
})

it('calls no later sink when one fails, and none for nothing', async () => {
  let called = 0
  const count = { accept: async () => void called++ }
  const broken = { accept: () => Promise.reject(new Error('down')) }
  await expect(compose([], [broken, count]).accept(someSpans(1))).rejects.toThrow('down')
  await compose([() => []], [count]).accept(someSpans(1))
  expect(called).toBe(0)
})
