import { expect, test } from 'vitest'
import { createCorrected } from './corrected.ts'

/** Corrections as they are found, and a store that knows some spans. */
function setUp() {
  const found: string[] = []
  const stored = new Set<string>()
  const amended: string[][] = []
  let away = false
  let hold: Promise<void> = Promise.resolve()
  const sink = createCorrected<string>({
    corrections: () => found.splice(0),
    async amend(changes) {
      await hold
      if (away) throw new Error('away')
      amended.push([...changes])
      return changes.filter((change) => !stored.has(change))
    },
  })
  return {
    sink,
    found,
    stored,
    amended,
    setAway: (is: boolean) => {
      away = is
    },
    holdUntil: (until: Promise<void>) => {
      hold = until
    },
  }
}

test('a correction is stored once, and one whose span is still on its way with a later batch', async () => {
  const { sink, found, stored, amended } = setUp()
  stored.add('a')
  found.push('a', 'b')
  await sink.accept([])
  expect(sink.waiting()).toBe(1)
  stored.add('b')
  await sink.accept([])
  await sink.accept([])
  expect([amended, sink.waiting()]).toEqual([[['a', 'b'], ['b']], 0])
})

test('one that the store did not take refuses the batch and is kept', async () => {
  const { sink, found, stored, amended, setAway } = setUp()
  stored.add('a')
  found.push('a')
  setAway(true)
  await expect(sink.accept([])).rejects.toThrow('away')
  setAway(false)
  await sink.accept([])
  expect([amended, sink.waiting()]).toEqual([[['a']], 0])
})

test('a batch waits for the corrections that an earlier one is still storing', async () => {
  const { sink, found, stored, amended, holdUntil } = setUp()
  const { promise, resolve } = Promise.withResolvers<void>()
  holdUntil(promise)
  stored.add('a')
  found.push('a')
  const first = sink.accept([])
  const order: string[] = []
  const second = sink.accept([]).then(() => order.push(`second after ${amended.length}`))
  order.push('held')
  resolve()
  await Promise.all([first, second])
  expect(order).toEqual(['held', 'second after 1'])
})
