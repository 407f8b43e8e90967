import { guard, nativeRe2, type PatternEngine, re2js } from '@outrider/policies/guards'
import { describe, expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { builtInPacks, loadGuardPolicies, loadGuardPolicy } from './guard-policy.ts'

describe('packs that come with Outrider', () => {
  test.each(builtInPacks())('%s loads, alone and over baseline', (name) => {
    expect(loadGuardPolicy({ packs: [name] })).toMatchObject({ ok: true })
    expect(loadGuardPolicy({ packs: ['baseline', name] })).toMatchObject({ ok: true })
  })
  test.each(['strict', 'finance', 'health'])('%s stands on baseline, whoever lists it', (name) => {
    const [alone, over] = [loadGuardPolicy({ packs: [name] }), loadGuardPolicy({ packs: ['baseline', name] })]
    if (!alone.ok || !over.ok) throw new Error('refused')
    expect(alone.policy.version).toBe(over.policy.version)
    expect(guard('bob@acme.com', 'input', alone.policy).action).toBe('redact')
  })
  test('own settings come last', () => {
    const loaded = loadGuardPolicy({ packs: ['baseline'], pii: { entities: { EMAIL_ADDRESS: 'allow' } } })
    if (!loaded.ok) throw new Error('refused')
    expect(guard('bob@acme.com', 'input', loaded.policy).action).toBe('allow')
    expect(loaded.policy.name).toBe('baseline+own')
  })
})

test('further packs for some', () => {
  const select = [
    { match: { workflow: 'refund-*', tenant: 'acme' }, packs: ['finance'] },
    { match: { agent: 'reader' }, packs: ['strict'] },
  ]
  const loaded = loadGuardPolicies({ packs: ['baseline'], select })
  if (!loaded.ok) throw new Error('refused')
  expect(loaded.policyOf({}).name).toBe('baseline')
  expect(loaded.policyOf({ workflow: 'refund-eu' }).name).toBe('baseline')
  expect(loaded.policyOf({ workflow: 'refund-eu', tenant: 'acme', agent: 'reader' }).name).toBe('baseline+finance')
  expect(loaded.policyOf({ agent: 'Reader' }).name).toBe('baseline+strict')
  expect(loadGuardPolicies({ packs: ['baseline'], select: [{ match: {}, packs: ['nope'] }] })).toMatchObject({
    ok: false,
    problems: [{ path: 'select[0].packs[1]' }],
  })
})

test('a policy that is wrong is a problem of the configuration, with its path', () => {
  const loaded = loadGuardPolicy({ packs: ['baseline', 'no-such'], injection: { action: 'flog' } })
  expect(loaded).toMatchObject({ ok: false, problems: [{ path: 'packs[1]' }, { path: 'injection.action' }] })
  expect(loadConfig({}, '/nonexistent/outrider.yaml').ok).toBe(false)
})

// native `re2` is optional (guard-engine.test.ts tries it): V8 stands in for it here, over the same adapter
const engines: readonly PatternEngine[] = [re2js, nativeRe2(RegExp as never)]
const rules = [
  { name: 'employee', pattern: 'EMP-\\d{6}', action: 'redact' },
  { name: 'project', pattern: '(?:falcon|eagle)\\s+project', action: 'flag' },
  { name: 'word', pattern: '\\b[A-Z]{3}\\d+\\b', action: 'flag' },
]
test.each(['EMP-123456 and EMP-12345', 'the falcon   project, eagle project', 'ABC1 ABC22 😀 XYZ9', '', 'nothing'])(
  'every engine finds the same: %j',
  (text) => {
    const answers = engines.map((engine) => {
      const loaded = loadGuardPolicy({ packs: [], rules }, engine)
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
      return guard(text, 'input', loaded.policy)
    })
    for (const answer of answers) expect(answer).toEqual(answers[0])
  },
)

test.each([
  ['refers outside', { $ref: 'https://evil.example/schema.json' }, 'refers to something outside of itself'],
  ['is none', { type: 'nonsense' }, 'must be equal to one of the allowed values'],
])('a schema of arguments that %s is refused when loaded', (_, schema, why) => {
  const loaded = loadGuardPolicy({ packs: [], tools: { args: [{ tool: 'x', schema }] } })
  expect(loaded).toMatchObject({ ok: false, problems: [{ path: 'tools.args[0].schema' }] })
  expect(JSON.stringify(loaded)).toContain(why)
})
