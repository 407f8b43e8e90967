import { describe, expect, test } from 'vitest'
import { parsePack } from './pack.ts'
import { compilePolicy } from './policy.ts'
import { type ArgsCheck, toolVerdict } from './tool.ts'

const planOf = (tools: object) => {
  const parsed = parsePack({ name: 'test', tools })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const compiled = compilePolicy([parsed.pack])
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems))
  return compiled.policy.plans.tool
}
const verdict = (tools: object, name: string, args: unknown, check?: ArgsCheck) =>
  toolVerdict({ name, args }, planOf(tools), check)

describe('arguments', () => {
  const sql = { args: [{ tool: 'sql*', field: 'query', pattern: '(?i)\\b(?:drop|truncate)\\s+table\\b' }] }
  test.each([
    ['sql_run', { query: 'DROP  TABLE orders' }, 'block'],
    ['sql_run', { query: 'select 1', note: 'drop table' }, 'allow'],
    ['sql_run', { query: { nested: 'drop table x' } }, 'block'],
    ['sql_run', {}, 'allow'],
    ['sql_run', null, 'allow'],
    ['sql_run', 'drop table x', 'allow'],
    ['http_get', { query: 'drop table x' }, 'allow'],
  ])('of %s %j: %s', (name, args, action) => expect(verdict(sql, name, args).action).toBe(action))

  test('are asked about or flagged where the policy says so; the strictest counts', () => {
    const args = [
      { tool: 'pay', field: 'to.country', pattern: '^XX$', action: 'flag' },
      { tool: 'pay', pattern: 'urgent', action: 'ask', why: 'Urgent payments are looked at.' },
    ]
    expect(verdict({ args }, 'pay', { to: { country: 'XX' } }).action).toBe('flag')
    const both = verdict({ args }, 'pay', { to: { country: 'XX' }, note: 'urgent' })
    expect(both).toMatchObject({ action: 'ask', findings: [{ action: 'flag' }, { action: 'ask' }] })
    expect(both.findings[1]?.why).toBe('Urgent payments are looked at.')
    expect(verdict({ args, deny: ['pay'] }, 'pay', { note: 'urgent' }).action).toBe('block')
  })

  test('that do not fit a schema are refused with what is wrong, as the judge of schemas says', () => {
    const schema = { type: 'object', properties: { amount: { maximum: 100 } } }
    const check: ArgsCheck = (given, args) =>
      given === schema && (args as { amount: number }).amount > 100 ? ['/amount must be <= 100'] : []
    const tools = { args: [{ tool: 'refund', schema }] }
    const plan = planOf(tools)
    const own = plan.section.tools?.args?.[0]?.schema
    const asked = (amount: number) =>
      toolVerdict({ name: 'refund', args: { amount } }, plan, (given, args) =>
        check(given === own ? schema : given, args),
      )
    expect(asked(50)).toEqual({ action: 'allow', findings: [] })
    expect(asked(500)).toMatchObject({
      action: 'block',
      findings: [{ rule: 'tool/schema', why: 'The arguments of refund do not fit: /amount must be <= 100.' }],
    })
  })

  test('a pattern that is not linear or broken is refused when loaded, with its place', () => {
    const parsed = parsePack({ name: 'test', tools: { args: [{ tool: 'x', pattern: '(a' }] } })
    if (!parsed.ok) throw new Error('refused too early')
    expect(compilePolicy([parsed.pack])).toMatchObject({ ok: false, problems: [{ path: 'tools.args[0].pattern' }] })
  })
})

test.each([
  ['files/read', 'allow'],
  ['Files/read', 'allow'],
  ['evil/read', 'block'],
  ['read', 'allow'],
])('of MCP servers only those that are allowed: %s: %s', (name, action) => {
  expect(verdict({ servers: ['files', 'git*'] }, name, {}).action).toBe(action)
})

test.each<[string, unknown, string]>([
  ['alone', { url: 'https://docs.acme.com/a' }, 'allow'],
  ['beside others', ['https://docs.acme.com/a', { b: 'see https://evil.example/x' }], 'block'],
  ['after many values', [...Array(20_000).fill('x'), 'https://evil.example/x'], 'block'],
  ['before many values', ['https://evil.example/x', ...Array(20_000).fill('x')], 'block'],
  ['among more values than are looked through', Array(100_001).fill('x'), 'block'],
])('a host that is not allowed is found %s', (_where, args, action) => {
  expect(verdict({ hosts: ['.acme.com'] }, 'fetch', args as object).action).toBe(action)
})
