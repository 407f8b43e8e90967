/** What every backend of the store promises about rows: run on the embedded engine and, where one is given, a server. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anySpan, hex, hostileTexts, knownAs, recentSpan } from '../../test/any-span.ts'
import type { Span, SpanLog } from '../span.ts'
import type { InsertFormat } from './connect.ts'
import { type OpenedStore, openStore, type StoreSettings } from './open.ts'

export interface Backend {
  /** Settings of a store in a database of its own. */
  settings(given?: Partial<StoreSettings>): StoreSettings
  /** A statement past the store, in that store's database. */
  run(settings: StoreSettings, sql: string): Promise<void>
  rows<Row>(settings: StoreSettings, sql: string): Promise<Row[]>
}

/** Texts as UTF-8 can hold them. */
function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed() as T
  if (Array.isArray(value)) return value.map(wellFormed) as T
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.create(null)
  for (const [key, inner] of Object.entries(value)) copy[wellFormed(key)] = wellFormed(inner)
  return copy
}

/** In resources and events every number that JSON has no word for becomes a text, and -0 is 0. */
function spoken<T>(value: T): T {
  if (typeof value === 'number') return (Number.isFinite(value) ? value + 0 : String(value)) as T
  if (Array.isArray(value)) return value.map(spoken) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoken(inner)])),
  )
}

const asStored = (span: Span): Span =>
  wellFormed({
    ...span,
    resource: spoken(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: spoken(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: spoken(link.attributes) })),
  })

/** The same value all the way down, -0 and NaN included, whatever the prototypes. */
const expectSame = (stored: unknown, given: unknown) => expect(wellFormed(stored)).toEqual(wellFormed(given))

export function storeContract(backend: () => Backend): void {
  describe.each<InsertFormat>(['RowBinary', 'JSONEachRow'])('rows as %s', (format) => {
    let store: OpenedStore
    let settings: StoreSettings
    let runs = 0
    const nextTrace = () => hex(++runs, 32)

    beforeAll(async () => {
      settings = backend().settings({ format, knownAs })
      store = await openStore(settings)
    })
    afterAll(() => store.close())

    it('gives back every span as it was given, whatever is in it', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anySpan, { minLength: 1, maxLength: 20 }), async (given) => {
          const traceId = nextTrace()
          const spans = given.map((span, i) => ({ ...span, traceId, spanId: hex(i + 1, 16) }))
          await store.write(spans)
          const stored = await store.run(null, traceId)
          expect(stored?.spans).toHaveLength(spans.length)
          const byId = new Map(stored!.spans.map((span) => [span.spanId, span]))
          for (const span of spans) expectSame(byId.get(span.spanId), asStored(span))
        }),
        { numRuns: 25, endOnFailure: true },
      )
    })

    it.each(hostileTexts.map((text) => [JSON.stringify(text), text]))('keeps %s in every text', async (_name, text) => {
      const fields = [
        'name',
        'agent',
        'userId',
        'statusMessage',
        'requestModel',
        'input',
        'toolArgs',
        'dialect',
      ] as const
      const attributes = Object.assign(Object.create(null), { [text]: text, list: [text] })
      const span = recentSpan({
        traceId: nextTrace(),
        ...Object.fromEntries(fields.map((field) => [field, text])),
        attributes,
        resource: attributes,
        tags: [text],
        warnings: [text],
      })
      await store.write([span])
      expectSame((await store.run(null, span.traceId))?.spans, [span])
    })

    it('stores what a column says once, and gives it back as it was', async () => {
      const attributes = Object.assign(Object.create(null), {
        'gen_ai.usage.input_tokens': 5,
        finish: ['end_turn'],
        ttft: 0.2345,
        cost: 0.000_001_5,
        list: ['a', 'b'],
        model: 'm',
        other: '5',
      })
      const fields = {
        inputTokens: 5,
        finishReasonRaw: 'end_turn',
        ttftMs: 234.5,
        costNano: 1500,
        tags: ['a', 'b'],
        requestModel: 'm',
      }
      const span = recentSpan({ traceId: nextTrace(), attributes, ...fields })
      const not = recentSpan({
        traceId: span.traceId,
        spanId: hex(2, 16),
        attributes: Object.assign(Object.create(null), { 'gen_ai.usage.input_tokens': '5', finish: 'other', model: 5 }),
        ...fields,
      })
      await store.write([span, not])
      expectSame((await store.run(null, span.traceId))?.spans, [span, not])
      const kept = await backend().rows<{ keys: string[] }>(
        settings,
        `SELECT mapKeys(attributes) AS keys FROM spans WHERE trace_id = '${span.traceId}' ORDER BY span_id`,
      )
      expect(kept.map(({ keys }) => keys)).toEqual([['other'], ['gen_ai.usage.input_tokens', 'finish', 'model']])
    })

    it('keeps doubles to the last digit', async () => {
      const traceId = nextTrace()
      const doubles = [-2.6366165211686454e190, 0.1 + 0.2, 5e-324, 1.7976931348623157e308]
      const spans = doubles.map((double, i) =>
        recentSpan({ traceId, spanId: hex(i, 16), ttftMs: double, score: double }),
      )
      await store.write(spans)
      expectSame((await store.run(null, traceId))?.spans, spans)
    })

    it('reads megabytes of text back unchanged', async () => {
      const big = 'ein Text 日本 \n\n'.repeat(200_000)
      const span = recentSpan({
        traceId: nextTrace(),
        input: big,
        output: big.slice(7),
        statusMessage: big.slice(0, 70_000),
      })
      await store.write([span])
      expectSame((await store.run(null, span.traceId))?.spans, [span])
    })

    it('takes more than one block at once', async () => {
      const traceId = nextTrace()
      const start = 1_700_000_000_000_000_000n
      const spans = Array.from({ length: 25_000 }, (_, i) =>
        recentSpan({ traceId, spanId: hex(i, 16), startNs: start + BigInt(i) }),
      )
      await store.write(spans)
      const stored = await store.run(null, traceId)
      expect(stored?.run.spanCount).toBe(25_000)
      expect(stored?.spans.map((span) => span.spanId)).toEqual(spans.map((span) => span.spanId))
    })

    it('stores the rest of a block when one row is refused, and that row without what was refused', async () => {
      await backend().run(
        settings,
        `ALTER TABLE spans ADD CONSTRAINT no_poison CHECK NOT mapContains(attributes, 'poison')`,
      )
      const traceId = nextTrace()
      const attributes = Object.assign(Object.create(null), { poison: 'x', y: 'z' })
      const spans = Array.from({ length: 9 }, (_, i) =>
        recentSpan({ traceId, spanId: hex(i, 16), costNano: 7, input: 'hello', ...(i === 4 ? { attributes } : {}) }),
      )
      await store.write(spans)
      await backend().run(settings, 'ALTER TABLE spans DROP CONSTRAINT no_poison')
      const stored = await store.run(null, traceId)
      expect(stored?.run).toMatchObject({ spanCount: 9, costNano: 63 })
      expectSame(
        stored?.spans.filter((_, i) => i !== 4),
        spans.filter((_, i) => i !== 4),
      )
      expect(stored?.spans[4]).toMatchObject({
        costNano: 7,
        input: null,
        cut: { attributes: 2 },
        warnings: ['store_refused:469'],
      })
      expect(store.counts().stripped).toBe(1)
    })

    it('keeps a span that cannot be encoded without what cannot', async () => {
      const bad = Object.assign(Object.create(null), { bad: 1n })
      const traceId = nextTrace()
      await store.write([
        recentSpan({ traceId }),
        recentSpan({ traceId, spanId: hex(2, 16), attributes: bad, userId: 'u' }),
      ])
      const stored = await store.run(null, traceId)
      expect(stored?.spans.map((span) => span.warnings)).toEqual([[], ['store_refused:unencodable']])
      expect(stored?.run).toMatchObject({ spanCount: 2, userId: 'u' })
    })
  })

  describe('logs, tenants and time', () => {
    let store: OpenedStore
    beforeAll(async () => {
      store = await openStore(backend().settings())
    })
    afterAll(() => store.close())

    it('gives logs back in time order, each once however often it was sent', async () => {
      const traceId = hex(1, 32)
      await store.write([recentSpan({ traceId })])
      const log = (given: Partial<SpanLog>): SpanLog => ({
        traceId,
        spanId: hex(1, 16),
        timeNs: 5n,
        name: 'gen_ai.user.message',
        body: 'hi',
        attributes: Object.create(null),
        tenantId: null,
        ...given,
      })
      const logs = [
        log({ timeNs: 3n, body: '{"a":"\\n\\n"}' }),
        log({ attributes: Object.assign(Object.create(null), { n: 1, s: '1', __proto: [1] }) }),
        log({ timeNs: 2n ** 63n - 1n, body: 'blank\n\nline \0', name: '' }),
      ]
      await store.writeLogs([logs[1]!, logs[0]!])
      await store.writeLogs([logs[2]!, ...logs])
      expectSame((await store.run(null, traceId))?.logs, logs)
    })

    it('stores the rest when one log is refused', async () => {
      const traceId = hex(3, 32)
      const logs = [1n, 'b'].map((bad, i) => ({
        traceId,
        spanId: hex(1, 16),
        timeNs: BigInt(i),
        name: 'x',
        body: 'text',
        attributes: { bad } as unknown as SpanLog['attributes'],
        tenantId: null,
      }))
      await store.write([recentSpan({ traceId })])
      await store.writeLogs(logs)
      const stored = await store.run(null, traceId)
      expect(stored?.logs.map((log) => [log.body, { ...log.attributes }])).toEqual([
        [null, { 'outrider.store_refused': 'unencodable' }],
        ['text', { bad: 'b' }],
      ])
    })

    it('shows a tenant its own spans only, also of a trace that another tenant has spans of', async () => {
      const traceId = hex(2, 32)
      const [a, b] = ['a', 'b'].map((tenantId) =>
        recentSpan({ traceId, tenantId, name: tenantId, input: tenantId, costNano: 1 }),
      )
      await store.write([a!, b!])
      const log = {
        traceId,
        spanId: hex(1, 16),
        timeNs: 5n,
        name: 'x',
        body: 'secret of b',
        attributes: {},
        tenantId: 'b',
      }
      await store.writeLogs([log])
      expectSame(await store.run('a', traceId), {
        run: (await store.runs('a', { limit: 9 })).runs[0],
        spans: [a],
        logs: [],
        scores: [],
      })
      expect((await store.run('b', traceId))?.logs).toHaveLength(1)
      expect(await store.run('c', traceId)).toBeNull()
      expect(await store.run('', traceId)).toBeNull()
      expect((await store.runs('c', { limit: 9 })).runs).toEqual([])
      expect((await store.runs('a', { limit: 9, tenant: 'b' })).runs).toEqual([])
      expect((await store.run(null, traceId))?.run).toMatchObject({ spanCount: 2, costNano: 2 })
    })

    it('answers null for a trace of which nothing is stored', async () => {
      expect(await store.run(null, hex(999, 32))).toBeNull()
    })
  })
}
