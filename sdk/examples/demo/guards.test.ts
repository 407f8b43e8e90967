/** The demo on the real collector, with nothing configured: what its guards catch stands on the page of the run. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../test/collector.ts'
import { handbook, tickets } from './tickets.ts'

interface Finding {
  readonly guard: string
  readonly rule: string
  readonly action: string
  readonly enforced: boolean
  readonly why: string
}

interface ShownSpan {
  readonly name: string
  readonly agent: string | null
  readonly status: string
  readonly input: string | null
  readonly output: string | null
  readonly findings: readonly Finding[]
}

let collector: Collector
let talk = ''
let shown = ''
let spans: readonly ShownSpan[] = []

beforeAll(async () => {
  collector = await startCollector()
  const main = new URL('main.ts', import.meta.url).pathname
  const env = { PATH: process.env.PATH, OUTRIDER_URL: collector.url }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, '--runs', '4'], { env })
  talk = stderr
  const answer = await collector.get(`/api/runs/${stdout.trim().split('/').at(-1)}`)
  shown = JSON.stringify(answer)
  spans = (answer as { readonly spans: readonly ShownSpan[] }).spans
}, 60_000)
afterAll(() => collector[Symbol.asyncDispose]())

const ofSchema = (span: ShownSpan | undefined) => span?.findings.filter(({ guard }) => guard === 'schema') ?? []
const named = (name: string) => spans.filter((span) => span.name === name)

it('the poisoned document is blocked, with its reasons, and no model reads it', () => {
  const [search] = named('retrieval handbook')
  const blocking = search?.findings.filter(({ action, enforced }) => action === 'block' && enforced) ?? []
  expect(blocking.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['injection/override', 'injection/exfiltration']),
  )
  expect(blocking[0]?.why).toMatch(/\w{4,}/)
  expect(search?.status).toBe('ok')
  const asked = named('chat gpt-4.1').map(({ input }) => input ?? '')
  expect(asked.length).toBeGreaterThan(0)
  for (const input of asked) expect(input).not.toContain('evil.example')
  expect(talk).toContain('kept from the model: forum-post-4711')
})

it('personal data is nowhere in the run, and a model was asked without it', () => {
  const [ticket] = tickets.filter(({ id }) => id === 'T-1004')
  expect(ticket?.body).toContain('max.miller@example.org')
  for (const value of ['max.miller', '415 555 2671']) expect(shown).not.toContain(value)
  expect(shown).toContain('<EMAIL_ADDRESS>')
  expect(shown).toContain('<PHONE_NUMBER>')
  expect(shown).toContain('GUARD_REDACTED')
})

it('an answer that breaks its schema is repaired by its agent, and the run tells both', () => {
  const [first, second, ...more] = named('chat gpt-4o-mini').filter(({ agent }) => agent === 'triage')
  expect(more).toEqual([])
  expect(ofSchema(first).map(({ rule, action, why }) => [rule, action, why])).toEqual([
    ['schema/additionalProperties', 'block', 'The whole must NOT have additional properties (mood).'],
    ['schema/enum', 'block', expect.stringContaining('/priority must be equal to one of the allowed values')],
  ])
  expect([first?.status, second?.status]).toEqual(['error', 'ok'])
  expect(second?.input).toContain('does not fit')
  expect(second?.output).toContain('high')
  expect(ofSchema(second)).toEqual([])
  const [triage] = named('invoke_agent triage')
  expect(triage?.status).toBe('ok')
})

it('the handbook has one post that nobody at the desk wrote', () => {
  expect(handbook.filter(({ text }) => /ignore all previous/i.test(text)).map(({ id }) => id)).toEqual([
    'forum-post-4711',
  ])
})
