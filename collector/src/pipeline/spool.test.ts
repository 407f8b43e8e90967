import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { someSpans } from '../../test/spans.ts'
import { OutriderError } from '../errors.ts'
import type { Span } from '../span.ts'
import { createSpool } from './spool.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-spool-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function server() {
  const state = { up: true, code: 'OUT_STORE_UNAVAILABLE' as const, stored: [] as Span[] }
  const accept = async (spans: readonly Span[]) => {
    if (!state.up) throw new OutriderError(state.code, 'away')
    state.stored.push(...spans)
  }
  return { state, accept }
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
  expect(await spool.drain()).toEqual({ spans: 0, bytes: 0 })
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
  const spool = createSpool({ accept: () => Promise.reject(new OutriderError('OUT_STORE_REFUSED', 'no')) }, settings())
  await expect(spool.accept(someSpans(1))).rejects.toMatchObject({ code: 'OUT_STORE_REFUSED' })
  expect(spool.waiting().spans).toBe(0)
  await spool.close()
})
