import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { someSpans } from '../../test/spans.ts'
import { OutriderError } from '../errors.ts'
import type { Span } from '../span.ts'
import type { Change } from '../store/store.ts'
import { createSpool } from './spool.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-spool-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function server() {
  const state = { up: true, code: 'OUT_STORE_UNAVAILABLE' as const, stored: [] as Span[], changes: [] as Change[] }
  const isKnown = ({ spanId }: Change) => state.stored.some((span) => span.spanId === spanId)
  const accept = async (spans: readonly Span[]) => {
    if (!state.up) throw new OutriderError(state.code, 'away')
    state.stored.push(...spans)
  }
  const amend = async <T extends Change>(changes: readonly T[]): Promise<readonly T[]> => {
    if (!state.up) throw new OutriderError(state.code, 'away')
    state.changes.push(...changes.filter(isKnown))
    return changes.filter((change) => !isKnown(change))
  }
  return { state, accept, amend }
}
const settings = (over = {}) => ({ file: join(dir, 'spool.sqlite'), maxBytes: 1 << 20, retryMs: 3_600_000, ...over })

it('keeps spans while the store is away and sends them, unchanged and in order, when it is back', async () => {
  const store = server()
  const spool = createSpool(store, settings())
  store.state.up = false
  const spans = someSpans(3, { attributes: { n: 1, deep: { list: [true, null] } }, startNs: 2n ** 62n })
  await spool.accept(spans.slice(0, 2))
  await spool.accept(spans.slice(2))
  expect(spool.waiting().spans).toBe(3)
  expect(await spool.drain()).toMatchObject({ spans: 3 })
  store.state.up = true
  expect(await spool.drain()).toEqual({ spans: 0, corrections: 0, bytes: 0 })
  expect(store.state.stored).toEqual(spans)
  await spool.close()
})

it('still has them after a restart', async () => {
  const store = server()
  store.state.up = false
  const first = createSpool(store, settings())
  await first.accept(someSpans(2))
  await first.close()
  store.state.up = true
  const second = createSpool(store, settings())
  expect(second.waiting().spans).toBe(2)
  await second.drain()
  expect(store.state.stored).toHaveLength(2)
  await second.close()
})

it('refuses, retryably, what does not fit', async () => {
  const store = server()
  store.state.up = false
  const spool = createSpool(store, settings({ maxBytes: 100 }))
  await expect(spool.accept(someSpans(1))).rejects.toMatchObject({ code: 'OUT_STORE_UNAVAILABLE', retryable: true })
  expect(spool.waiting().spans).toBe(0)
  await spool.close()
})

it('does not keep what the store refused for another reason', async () => {
  const refuse = () => Promise.reject(new OutriderError('OUT_STORE_REFUSED', 'no'))
  const spool = createSpool({ accept: refuse, amend: refuse }, settings())
  await expect(spool.accept(someSpans(1))).rejects.toMatchObject({ code: 'OUT_STORE_REFUSED' })
  expect(spool.waiting().spans).toBe(0)
  await spool.close()
})

const changeOf = ({ traceId, spanId }: Span, agent: string): Change => {
  return { tenant: null, traceId, spanId, fields: { agent } }
}

it('keeps corrections too, sends them after the spans, also after a restart', async () => {
  const store = server()
  const [stored, waiting] = someSpans(2) as [Span, Span]
  const first = createSpool(store, settings())
  await first.accept([stored])
  store.state.up = false
  expect(await first.amend([changeOf(stored, 'a')])).toEqual([])
  await first.accept([waiting])
  store.state.up = true
  // the span of this one is in the spool
  expect(await first.amend([changeOf(waiting, 'b')])).toEqual([])
  expect([first.waiting(), store.state.changes]).toMatchObject([{ spans: 1, corrections: 2 }, []])
  await first.close()
  const drained: Span[] = []
  const second = createSpool(store, settings({ onDrained: (spans: readonly Span[]) => drained.push(...spans) }))
  expect(await second.drain()).toEqual({ spans: 0, corrections: 0, bytes: 0 })
  expect(store.state.changes).toEqual([changeOf(stored, 'a'), changeOf(waiting, 'b')])
  expect(drained).toEqual([waiting])
  await second.close()
})

it('tries a correction again whose span is still on its way, and gives up one whose span never comes', async () => {
  const store = server()
  const [late, never] = someSpans(2) as [Span, Span]
  const spool = createSpool(store, settings())
  expect(await spool.amend([changeOf(late, 'a')])).toEqual([changeOf(late, 'a')])
  store.state.up = false
  await spool.amend([changeOf(late, 'a'), changeOf(never, 'b')])
  store.state.up = true
  expect(await spool.drain()).toMatchObject({ corrections: 2 })
  await store.accept([late])
  expect(await spool.drain()).toMatchObject({ corrections: 1 })
  expect(store.state.changes).toEqual([changeOf(late, 'a')])
  let tries = 2
  while ((await spool.drain()).corrections > 0) tries++
  expect([tries, spool.waiting()]).toEqual([19, { spans: 0, corrections: 0, bytes: 0 }])
  await spool.close()
})

it('refuses, retryably, corrections that do not fit', async () => {
  const store = server()
  store.state.up = false
  const spool = createSpool(store, settings({ maxBytes: 50 }))
  await expect(spool.amend(someSpans(9).map((span) => changeOf(span, 'a')))).rejects.toMatchObject({ retryable: true })
  expect(spool.waiting()).toEqual({ spans: 0, corrections: 0, bytes: 0 })
  await spool.close()
})
