import { expect, test } from 'vitest'
import type { Billed, Change } from '../store/store.ts'
import { reprice } from './reprice.ts'

const call = (given: Partial<Billed>): Billed => ({
  traceId: 'a'.repeat(32),
  spanId: '1'.repeat(16),
  tenantId: null,
  kind: 'llm',
  startNs: 0n,
  provider: 'acme',
  requestModel: 'm',
  responseModel: null,
  inputTokens: 10,
  outputTokens: 0,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  costNano: 5,
  costSource: 'priced',
  priceVersion: 'old',
  counted: true,
  ...given,
})

/** Two hours of calls, one a page; `dear` costs 7, `free` nothing is known of, others what they did. */
function setUp(hours: readonly (readonly Billed[])[]) {
  const amended: Change[] = []
  let clock = 0
  const parts = {
    store: {
      billedHours: async () => hours.map((_, hour) => hour + 100),
      billed: async (hour: number, _since: number, after: { spanId: string } | null) => {
        clock += 15_000
        const calls = hours[hour - 100] ?? []
        const at = after === null ? 0 : calls.findIndex(({ spanId }) => spanId === after.spanId) + 1
        return calls.slice(at, at + 1)
      },
      amend: async (changes: readonly Change[]) => {
        amended.push(...changes)
        return []
      },
    },
    price: (given: Billed): Billed => {
      if (given.requestModel === 'free') return { ...given, costSource: 'unpriced' }
      return { ...given, costNano: given.requestModel === 'dear' ? 7 : 5, costSource: 'priced', priceVersion: 'new' }
    },
    now: () => clock,
  }
  return { parts, amended }
}

const hours = [
  [
    call({ spanId: 'a', requestModel: 'dear' }),
    call({ spanId: 'b' }),
    call({ spanId: 'c', requestModel: 'dear', counted: false, tenantId: 't' }),
    call({ spanId: 'd', requestModel: 'free' }),
  ],
  [call({ spanId: 'e', requestModel: 'free', costNano: null, costSource: 'unpriced' })],
]

test('what has another price is changed, what has the same is left alone; sums are of counted calls', async () => {
  const { parts, amended } = setUp([hours[0]!])
  const price = { costNano: 7, costSource: 'priced', priceVersion: 'new' }
  const trace = { tenant: null, traceId: 'a'.repeat(32) }
  expect(await reprice(parts, { sinceMs: 0, dryRun: false })).toEqual({
    ...{ looked: 4, changed: 3, beforeNano: 15, afterNano: 12, nextMs: null },
    unpriced: [{ provider: 'acme', model: 'free', calls: 1 }],
  })
  expect(amended).toEqual([
    { ...trace, spanId: 'a', fields: price },
    { ...trace, spanId: 'c', fields: price, tenant: 't' },
    { ...trace, spanId: 'd', fields: { costNano: null, costSource: 'unpriced', priceVersion: null } },
  ])
})

test('a dry run changes nothing and says the same', async () => {
  const { parts, amended } = setUp([hours[0]!])
  const dry = await reprice(parts, { sinceMs: 0, dryRun: true })
  expect(dry).toEqual(await reprice(setUp([hours[0]!]).parts, { sinceMs: 0, dryRun: false }))
  expect(amended).toEqual([])
})

test('an answer ends between two hours when it has taken long, and says where to go on', async () => {
  const { parts } = setUp(hours)
  const first = await reprice(parts, { sinceMs: 0, dryRun: false })
  expect(first).toMatchObject({ looked: 4, nextMs: 101 * 3_600_000 })
})
