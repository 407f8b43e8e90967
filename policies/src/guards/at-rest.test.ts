import { describe, expect, test } from 'vitest'
import { atRest } from './at-rest.ts'
import { clean } from './clean.ts'
import { enforces } from './enforces.ts'
import { guard } from './guard.ts'
import { createGuardStream } from './guard-stream.ts'
import { parsePack } from './pack.ts'
import { compilePolicy } from './policy.ts'
import { sensitiveIn } from './sensitive.ts'

const policy = (pack: object) => {
  const parsed = parsePack({ name: 'test', ...pack })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const compiled = compilePolicy([parsed.pack])
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems))
  return compiled.policy
}
const employee = { name: 'employee', pattern: 'EMP-\\d{6}', action: 'redact' }
const house = {
  pii: { action: 'redact', entities: { URL: 'redact', IBAN_CODE: 'block', MAC_ADDRESS: 'flag' } },
  secrets: { action: 'redact' },
  rules: [employee],
  terms: [{ name: 'names', words: ['project heron'], action: 'redact' }],
}
const stored = policy({ ...house, redact: 'stored' })

describe('`redact: stored`', () => {
  test.each([
    ['write to bob@acme.com', 'EMAIL_ADDRESS'],
    ['EMP-123456 asked', 'EMPLOYEE'],
    ['Project Heron begins', 'TOPIC'],
    ['see https://acme.com/x', 'URL'],
    [`the key is ghp_${'9Xq2Lr7Vn4Tz8Kd3Wm6Yb1Hc5Jf0Ga2Se4R7'}`, 'SECRET'],
  ])('leaves a call as it is, tells it, and says where it is hidden: %s', (text, type) => {
    expect(guard(text, 'input', policy(house)).action).toBe('redact')
    const answer = guard(text, 'input', stored)
    expect(answer).toMatchObject({ action: 'flag', text, findings: [{ type, action: 'flag' }] })
    expect(answer.findings[0]?.why).toMatch(/ Hidden where it is stored, not in the call\.$/)
  })
  test('what blocks blocks, and what is flagged has no more to say', () => {
    expect(guard('DE89370400440532013000', 'input', stored)).toMatchObject({ action: 'block', text: '<IBAN_CODE>' })
    expect(guard('hardware address 3c:22:fb:4a:9b:01', 'input', stored).findings[0]?.why).not.toContain('Hidden')
  })
  test('links are left', () => {
    const one = policy({ redact: 'stored', output: { links: { action: 'redact', allow: [] } } })
    const text = 'see [it](https://evil.example/x)'
    expect(guard(text, 'output', one)).toMatchObject({ action: 'flag', text })
    expect(guard(text, 'output', one).findings[0]?.why).toMatch(/Left in the call: `redact` is `stored`\.$/)
  })
  test('for one direction alone', () => {
    const one = policy({ ...house, input: { redact: 'stored' } })
    expect(guard('bob@acme.com', 'input', one).action).toBe('flag')
    expect(guard('bob@acme.com', 'output', one).action).toBe('redact')
    expect([enforces(one, 'output'), one.version === policy(house).version]).toEqual([true, false])
  })
  test('a stream passes straight through, and its findings are told at its end', () => {
    const one = policy({ pii: { action: 'redact' }, rules: [employee], redact: 'stored' })
    expect([enforces(one, 'output'), enforces(stored, 'output')]).toEqual([false, true])
    const stream = createGuardStream('output', one)
    expect([stream.push('write to bob@ac'), stream.push('me.com, EMP-123456'), stream.end()].join('|')).toBe(
      'write to bob@ac|me.com, EMP-123456|',
    )
    expect(stream.findings().map(({ rule, action }) => `${rule} ${action}`)).toEqual([
      'pii/email flag',
      'rule/employee flag',
    ])
  })
})

describe('what is hidden where texts are stored, whatever the direction', () => {
  const known = (text: string) => sensitiveIn(clean(text), { pii: true, secrets: true, threshold: 0.4, wide: true })
  const places = (text: string, pack: object) =>
    atRest(policy(pack), 0.4)?.(text, known(text)).map((one) => `${one.type} ${text.slice(one.start, one.end)}`)
  test.each<[string, object, string[] | undefined]>([
    ['EMP-123456 of Project Heron', house, ['EMPLOYEE EMP-123456', 'TOPIC Project Heron']],
    ['see https://acme.com/x', house, ['URL https://acme.com/x']],
    ['see https://acme.com/x', { pii: { action: 'redact', entities: { URL: 'flag' } } }, []],
    ['at 10.0.0.7', { pii: { action: 'redact' } }, ['IP_ADDRESS 10.0.0.7']],
    ['EMP-123456', { output: { rules: [employee] } }, ['EMPLOYEE EMP-123456']],
    // whoever asks why a call was stopped must see it
    ['EMP-123456', { rules: [{ ...employee, action: 'block' }] }, undefined],
    ['EMP-123456', { ...house, shadow: true }, undefined],
    ['bob@acme.com', { injection: { action: 'flag' } }, undefined],
  ])('%s by %j', (text, pack, expected) => expect(places(text, pack)).toEqual(expected))
  test('what the policy finds with less certainty than the store', () => {
    const text = 'passport number 123456789'
    const at = (threshold: number) => atRest(policy({ pii: { action: 'redact', threshold } }), 0.9)?.(text, []) ?? []
    expect(at(0.95)).toEqual([])
    expect(at(0.3).map(({ type }) => type)).toEqual(['US_PASSPORT'])
  })
})
