import { describe, expect, it } from 'vitest'
import { aSpan, someSpans } from '../../test/spans.ts'
import { OutriderError } from '../errors.ts'
import type { Span } from '../span.ts'
import { turn } from '../turn.ts'
import { batched } from './batched.ts'

/** A store whose blocks end when the test says so. */
function slowStore() {
  const blocks: { spans: readonly Span[]; end: (cause?: Error) => void }[] = []
  const waiters: (() => void)[] = []
  return {
    blocks,
    accept: (spans: readonly Span[]) =>
      new Promise<void>((resolve, reject) => {
        blocks.push({ spans, end: (cause) => (cause ? reject(cause) : resolve()) })
        for (const wake of waiters.splice(0)) wake()
      }),
    async block(index: number) {
      while (blocks.length <= index) await new Promise<void>((wake) => waiters.push(wake))
      return blocks[index]!
    },
  }
}

describe('batched', () => {
  it('joins requests of one turn into one block and settles each with it', async () => {
    const store = slowStore()
    const sink = batched(store)
    const all = Promise.all([sink.accept(someSpans(3)), sink.accept(someSpans(2))])
    const block = await store.block(0)
    expect(block.spans).toHaveLength(5)
    expect(sink.queue().rows).toBe(5)
    block.end()
    await all
    expect(sink.queue()).toEqual({ rows: 0, bytes: 0 })
  })

  it('sends one block at a time and what came meanwhile as the next', async () => {
    const store = slowStore()
    const sink = batched(store, { worthwhile: 1 })
    const first = sink.accept(someSpans(1))
    const one = await store.block(0)
    const later = Promise.all([sink.accept(someSpans(1)), sink.accept(someSpans(1))])
    expect(store.blocks).toHaveLength(1)
    one.end()
    await first
    const two = await store.block(1)
    expect(two.spans).toHaveLength(2)
    two.end()
    await later
  })

  it('sends a full second block beside the first, and never a third', async () => {
    const store = slowStore()
    const sink = batched(store, { rows: 10, worthwhile: 1 })
    const first = sink.accept(someSpans(1))
    await store.block(0)
    const second = sink.accept(someSpans(10))
    const beside = await store.block(1)
    const third = sink.accept(someSpans(10))
    await new Promise((resolve) => setImmediate(resolve))
    expect(store.blocks).toHaveLength(2)
    expect(sink.queue().rows).toBe(21)
    beside.end()
    await second
    ;(await store.block(2)).end()
    await third
    store.blocks[0]!.end()
    await first
    expect(sink.queue()).toEqual({ rows: 0, bytes: 0 })
  })

  it('fails only the requests of the block that failed', async () => {
    const store = slowStore()
    const sink = batched(store, { worthwhile: 1 })
    const bad = sink.accept(someSpans(1))
    const block = await store.block(0)
    const good = sink.accept(someSpans(1))
    block.end(new OutriderError('OUT_STORE_REFUSED', 'no'))
    await expect(bad).rejects.toMatchObject({ code: 'OUT_STORE_REFUSED' })
    const next = await store.block(1)
    next.end()
    await good
  })

  it('never puts more than a block of rows together, and never splits a request', async () => {
    const store = slowStore()
    const sink = batched(store, { rows: 10, worthwhile: 1 })
    const requests = Promise.all([3, 7, 7, 11].map((count) => sink.accept(someSpans(count))))
    const sizes: number[] = []
    for (let i = 0; i < 3; i++) {
      const block = await store.block(i)
      sizes.push(block.spans.length)
      block.end()
    }
    await requests
    expect(sizes).toEqual([10, 7, 11])
  })

  it('lets small blocks that go on and on take a fifth of the time, and wait for each other for the rest', async () => {
    const store = slowStore()
    let clock = 0
    const sink = batched(store, { now: () => clock })
    let stored = 0
    const waiting: Promise<void>[] = []
    for (;;) {
      waiting.push(sink.accept(someSpans(1)))
      for (let loop = 0; loop < 5; loop++) await new Promise((resolve) => setImmediate(resolve))
      const block = store.blocks[stored]
      if (block === undefined) break
      stored += 1
      clock += 100
      block.end()
      await waiting.pop()
      clock += 100
    }
    // ten seconds were saved up; of 100 ms, 40 come back until the next
    expect(stored).toBeGreaterThan(160)
    expect(stored).toBeLessThan(175)
    clock += 1000
    waiting.push(sink.accept(someSpans(1)))
    const next = await store.block(stored)
    expect(next.spans).toHaveLength(2)
    next.end()
    await Promise.all(waiting)
  })

  it('takes along all that is at work when its time has come, until it is full', async () => {
    const store = slowStore()
    const sink = batched(store, { rows: 10 })
    const atWork = async (count: number) => {
      await turn(true)
      for (let step = 0; step < 3; step++) await turn()
      await sink.accept(someSpans(count))
    }
    const before = [atWork(2), atWork(3), sink.accept(someSpans(1)), atWork(4)]
    const one = await store.block(0)
    expect(one.spans).toHaveLength(6)
    one.end()
    ;(await store.block(1)).end()
    await Promise.all(before)
    const many = [atWork(5), atWork(4), atWork(3), sink.accept(someSpans(1))]
    expect((await store.block(2)).spans).toHaveLength(10)
    for (const block of [2, 3]) (await store.block(block)).end()
    await Promise.all(many)
  })

  it('refuses what would overflow the queue, retryably, and keeps what it has', async () => {
    const store = slowStore()
    const sink = batched(store, { maxRows: 5 })
    const first = sink.accept(someSpans(1))
    const block = await store.block(0)
    const kept = sink.accept(someSpans(5))
    await expect(sink.accept([aSpan()])).rejects.toMatchObject({
      code: 'OUT_OVERLOADED',
      retryable: true,
      retryAfter: 2,
    })
    block.end()
    ;(await store.block(1)).end()
    await Promise.all([first, kept])
  })

  it('on close stores what waits and refuses what comes after', async () => {
    const store = slowStore()
    let clock = 0
    const sink = batched(store, { now: () => clock })
    const first = sink.accept(someSpans(1))
    const block = await store.block(0)
    // a block that took a minute earns a long pause; closing does not wait for it
    clock = 60_000
    const waiting = sink.accept(someSpans(1))
    block.end()
    await first
    const closed = sink.close()
    await expect(sink.accept([aSpan()])).rejects.toMatchObject({ code: 'OUT_STOPPING' })
    ;(await store.block(1)).end()
    await Promise.all([waiting, closed])
  })
})
