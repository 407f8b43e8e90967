/** What every backend of the store promises about findings and marks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, recentSpan } from '../../test/any-span.ts'
import { EVIDENCE, type Evidence } from '../guarding.ts'
import type { Attributes, Span } from '../span.ts'
import type { FindingFilters } from './finding-store.ts'
import { type OpenedStore, openStore, type StoreSettings } from './open.ts'
import type { Backend } from './store.contract.ts'

const evidence = (given: Partial<Evidence> = {}): Evidence => ({
  guard: 'pii',
  type: 'EMAIL_ADDRESS',
  rule: 'pii/email',
  direction: 'input',
  field: 'input',
  action: 'redact',
  enforced: false,
  shadow: false,
  source: 'ingest',
  score: 0.98,
  view: null,
  count: 1,
  why: 'An e-mail address.',
  before: 'write to "',
  found: '<EMAIL_ADDRESS>',
  after: '" 😀',
  policy: 'baseline',
  policyVersion: '0123456789abcdef',
  ...given,
})
const holding = (all: readonly Evidence[], more: Attributes = {}): Attributes => {
  return Object.assign(Object.create(null), more, { [EVIDENCE]: JSON.stringify(all) })
}

export function findingsContract(backend: () => Backend): void {
  describe('findings', () => {
    let store: OpenedStore
    let settings: StoreSettings
    let traces = 0
    beforeAll(async () => {
      settings = backend().settings()
      store = await openStore(settings)
    })
    afterAll(() => store.close())
    const told = (given: Partial<Span>) => recentSpan({ traceId: hex(++traces, 32), spanId: hex(1, 16), ...given })
    const all = { fromMs: 0, toMs: 2 ** 42, limit: 500 }
    const of = (filters: FindingFilters, tenant: string | null = null) => store.findings(tenant, { ...all, ...filters })

    it('come back as they were found, with the span they stand on, and again when it is sent again', async () => {
      const span = told({
        tenantId: 'acme',
        agent: 'triage',
        workflow: 'refunds',
        userId: 'u1',
        requestModel: 'asked',
        responseModel: 'answered',
        attributes: holding([evidence(), evidence({ rule: 'injection/override', guard: 'injection', view: 'base64' })]),
      })
      await store.write([span])
      await store.write([span])
      const { findings, rules } = await of({ trace: span.traceId })
      expect(findings).toHaveLength(2)
      const [mail] = findings.filter(({ rule }) => rule === 'pii/email')
      const { id, timeMs, ...rest } = mail!
      expect(id).toMatch(/^[0-9a-f]{32}$/)
      expect(timeMs).toBe(Number(span.startNs / 1_000_000n))
      expect(rest).toEqual({
        ...evidence(),
        ...{ traceId: span.traceId, spanId: span.spanId, tenantId: 'acme', agent: 'triage', workflow: 'refunds' },
        ...{ userId: 'u1', model: 'answered', toolName: null, mark: null },
      })
      expect(rules.map(({ rule, findings, spans }) => [rule, findings, spans])).toEqual([
        ['injection/override', 1, 1],
        ['pii/email', 1, 1],
      ])
      expect((await of({ trace: span.traceId }, 'other')).findings).toEqual([])
      expect((await of({ trace: span.traceId }, 'acme')).findings).toHaveLength(2)
    })

    it('of a call stand once: what the gate did comes before what its telemetry shows', async () => {
      const traceId = hex(++traces, 32)
      const call = hex(7, 16)
      const gate = told({
        ...{ traceId, spanId: hex(8, 16), kind: 'gate' },
        attributes: holding([evidence({ source: 'gate', enforced: true })], { 'outrider.gate.span_id': call }),
      })
      await store.write([gate])
      await store.write([told({ traceId, spanId: call, attributes: holding([evidence()]) })])
      const { findings } = await of({ trace: traceId })
      expect(findings).toMatchObject([{ spanId: call, source: 'gate', enforced: true }])
    })

    it('of a program cannot be laid on another’s span', async () => {
      const span = told({ attributes: holding([evidence()], { 'outrider.gate.span_id': hex(9, 16) }) })
      await store.write([span])
      expect((await of({ trace: span.traceId })).findings).toMatchObject([{ spanId: span.spanId }])
    })

    it('without a kept text say so', async () => {
      const span = told({ attributes: holding([evidence({ before: null, found: null, after: null })]) })
      await store.write([span])
      expect((await of({ trace: span.traceId })).findings).toMatchObject([{ before: null, found: null, after: null }])
    })

    it('are listed newest first, in pages that lose and repeat nothing, and by filters', async () => {
      const start = told({}).startNs
      const spans = Array.from({ length: 25 }, (_, n) => {
        const rule = n % 5 === 0 ? 'pii/card' : 'pii/phone'
        const own = { startNs: start - BigInt(Math.floor(n / 2)) * 1_000_000n, agent: `paged-${n % 2}` }
        return told({ ...own, attributes: holding([evidence({ rule, action: n % 2 === 0 ? 'block' : 'flag' })]) })
      })
      await store.write(spans)
      const seen: string[] = []
      const times: number[] = []
      for (let cursor: string | undefined; ; ) {
        const asked = { ...all, limit: 4, rule: 'pii/phone', ...(cursor === undefined ? {} : { cursor }) }
        const page = await store.findings(null, asked)
        expect(page.rules.length).toBe(cursor === undefined ? 1 : 0)
        seen.push(...page.findings.map(({ id }) => id))
        times.push(...page.findings.map(({ timeMs }) => timeMs))
        if (page.next === null) break
        cursor = page.next
      }
      expect(new Set(seen).size).toBe(20)
      expect(seen).toHaveLength(20)
      expect(times).toEqual(times.toSorted((a, b) => b - a))
      expect((await of({ agent: 'paged-0', action: 'block' })).findings).toHaveLength(13)
      expect((await of({ agent: 'paged-1', action: 'block' })).findings).toEqual([])
      await expect(store.findings(null, { ...all, cursor: 'bm9uZQ' })).rejects.toMatchObject({
        code: 'OUT_CURSOR_INVALID',
      })
    })

    it('are marked and unmarked; every word is kept, rates count the latest', async () => {
      const attributes = holding([evidence({ rule: 'pii/iban' })])
      await store.write([told({ attributes }), told({ attributes }), told({ attributes })])
      const { findings } = await of({ rule: 'pii/iban' })
      const [one, two] = findings as [(typeof findings)[0], (typeof findings)[0]]
      await store.mark(one, { verdict: 'false_alarm', by: 'ann', reason: 'a test', timeMs: 1000 })
      await store.mark(two, { verdict: 'right', by: 'ann', reason: '', timeMs: 1000 })
      expect((await of({ rule: 'pii/iban' })).rules).toMatchObject([{ findings: 3, falseAlarms: 1, right: 1 }])
      expect((await of({ rule: 'pii/iban', verdict: 'false_alarm' })).findings).toMatchObject([
        { id: one.id, mark: { verdict: 'false_alarm', by: 'ann', reason: 'a test', timeMs: 1000 } },
      ])
      await store.mark(one, { verdict: 'none', by: 'bob', reason: 'sorry', timeMs: 2000 })
      expect((await of({ rule: 'pii/iban', verdict: 'open' })).findings).toHaveLength(2)
      const again = await store.finding(null, one.id)
      expect(again?.finding.mark).toBeNull()
      expect(again?.marks.map(({ verdict, by }) => [verdict, by])).toEqual([
        ['none', 'bob'],
        ['false_alarm', 'ann'],
      ])
      expect(await store.finding(null, 'f'.repeat(32))).toBeNull()
      expect(await store.finding('other', one.id)).toBeNull()
    })
  })
}
