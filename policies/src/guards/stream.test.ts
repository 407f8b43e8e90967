import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clean } from './clean.ts'
import { guard } from './guard.ts'
import { createGuardStream } from './guard-stream.ts'
import { createOperator } from './operator.ts'
import { parsePack } from './pack.ts'
import { compilePolicy } from './policy.ts'
import { redacted } from './redact.ts'
import { sensitiveIn } from './sensitive.ts'
import { createStream } from './stream.ts'

const look = { pii: true, secrets: true, threshold: 0.4 }
const replace = createOperator('replace')
const whole = (text: string) => redacted(text, sensitiveIn(clean(text), look), () => replace)
const streamed = (pieces: readonly string[]) => {
  const stream = createStream({ look, operatorOf: () => replace })
  return pieces.map((piece) => stream.push(piece)).join('') + stream.end()
}

const KEY =
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7q2w3e4r5t6y7u8i9o0p\nq2w3e4r5==\n-----END RSA PRIVATE KEY-----'
const texts = [
  'Mail bob@example.com or call +1 (415) 555-2671, ext. 12, before 5 p.m. today.',
  'Pay GB29 NWBK 6016 1331 9268 19 from card 4111 1111 1111 1111 or 5500-0000-0000-0004 please.',
  `The key is\n${KEY}\nand that is all there is to say about it.`,
  'password: hunter22! and the api key for staging is 9f8Kd02LmQx7Zt4VbN1c, do not share it.',
  '{"to":"bob@example.com","card":4111111111111111,"note":"line\\nbob@example.com \\"x\\"","token":"ghp_aB3kLm92xZqPw7RtYvN4cD8eaB3kLm92xZqPw7Rt"}',
  'Numbers: 12 345 678 and 2026-11-21 and 192.168.1.20 and 10.0.0.1, then phone 699 956 915 or 699 956 916 fax.',
  '我的邮箱是 bob@example.com，电话 +86 138 0013 8000。今天天气很好，我们去公园散步吧。',
  'postgres://admin:xK9#mPq2vL@db.prod.internal:5432/app and https://acme.com/a?b=c&d=e end',
  'wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, NHS number 943 476 5919, SSN 536-90-4399.',
  'e\u0301 ４１１１１１１１１１１１１１１１ b\u200bob@exam\u200bple.com \u{1f600} end',
]

test.each(texts)('cut anywhere it is the same: %#', (text) => {
  const expected = whole(text)
  expect(expected).not.toBe(text)
  for (let at = 0; at <= text.length; at++)
    expect(streamed([text.slice(0, at), text.slice(at)]), `cut at ${at}`).toBe(expected)
  for (const size of [1, 2, 3, 7]) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size))
    expect(streamed(pieces), `pieces of ${size}`).toBe(expected)
  }
})

test('cut in many places, long texts too', () => {
  const text = fc
    .array(fc.constantFrom(...texts, 'Nothing of note happened here at all. ', '\n', ' '), {
      minLength: 1,
      maxLength: 30,
    })
    .map((all) => all.join(' '))
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { minLength: 1 }), (given, sizes) => {
      const pieces: string[] = []
      for (let at = 0, i = 0; at < given.length; i++) {
        const size = 1 + (sizes[i % sizes.length] as number)
        pieces.push(given.slice(at, at + size))
        at += size
      }
      expect(streamed(pieces)).toBe(whole(given))
    }),
    { numRuns: 60 },
  )
})

test('however long a run without blanks is, nothing in it is cut in two', () => {
  const run = Array.from({ length: 4000 }, (_, i) => `{"id":${i},"to":"user${i}@acme.com"}`).join(',')
  const text = `rows: [${run}]`
  const expected = whole(text)
  for (const at of [70_000, 70_011, 70_023, 100_007]) {
    expect(streamed([text.slice(0, at), text.slice(at)]), `cut at ${at}`).toBe(expected)
  }
})

test('plain words go on at once, all but the last', () => {
  const stream = createStream({ look, operatorOf: () => replace })
  expect(stream.push('The weather is fine today and tom')).toBe('The weather is fine today and ')
})

test('no part of what is hidden is ever given out', () => {
  const stream = createStream({ look, operatorOf: () => replace })
  let seen = ''
  for (const char of 'call me at 415-555-2671 today or tomorrow, whenever it suits you best in the coming week. '.repeat(
    3,
  )) {
    seen += stream.push(char)
    expect(seen).not.toMatch(/415/)
  }
})

test('what is left is left', () => {
  const stream = createStream({ look, operatorOf: ({ type }) => (type === 'URL' ? null : replace) })
  expect(stream.push('see https://acme.com/x, bob@acme.com ') + stream.end()).toBe(
    'see https://acme.com/x, <EMAIL_ADDRESS> ',
  )
})

describe('by a policy', () => {
  const policyOf = (pack: object) => {
    const parsed = parsePack({ name: 'test', ...pack })
    const compiled = parsed.ok ? compilePolicy([parsed.pack]) : parsed
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems))
    return compiled.policy
  }
  const text = 'Mail bob@acme.com, card 4111 1111 1111 1111, see https://acme.com/x for EMP-123456 and more. '
  test.each<[string, object]>([
    [
      'entities and operators',
      { pii: { action: 'redact', entities: { URL: 'flag', CREDIT_CARD: { operator: 'mask' } } } },
    ],
    [
      'patterns',
      { pii: { action: 'redact' }, rules: [{ name: 'employee', pattern: 'EMP-[0-9]{6}', action: 'redact' }] },
    ],
    ['nothing', {}],
    ['shadow', { pii: { action: 'block' }, shadow: true }],
    ['cut', { length: { action: 'flag', characters: 20, cut: true } }],
    ['too long', { length: { action: 'block', characters: 20 } }],
    ['a language', { language: { action: 'block', allow: ['de'] } }],
    ['no sources', { citations: { action: 'block', from: 20 } }],
  ])('%s: what the whole gives', (_, pack) => {
    const policy = policyOf(pack)
    const stream = createGuardStream('output', policy)
    const pieces = text.match(/.{1,5}/gs) ?? []
    expect(pieces.map((piece) => stream.push(piece)).join('') + stream.end()).toBe(guard(text, 'output', policy).text)
  })
  test.each<[string, object]>([
    ['length', { length: { action: 'block', characters: 20 } }],
    ['language', { language: { action: 'ask', allow: ['de'] } }],
    ['sources', { citations: { action: 'block', from: 20 } }],
    ['injections', { injection: { action: 'flag', blockFrom: 0.9 } }],
  ])('what may stop a whole text holds all of it back: %s', (_, pack) => {
    const stream = createGuardStream('output', policyOf(pack))
    expect(stream.push(text.repeat(3))).toBe('')
    expect(stream.end()).toBe(text.repeat(3))
  })
  test('the strictest action so far', () => {
    const stream = createGuardStream(
      'output',
      policyOf({ pii: { action: 'redact', entities: { CREDIT_CARD: 'block' } } }),
    )
    stream.push(`Mail bob@acme.com ${'and then more words follow here '.repeat(5)}`)
    expect(stream.action()).toBe('redact')
    stream.push('card 4111 1111 1111 1111')
    stream.end()
    expect(stream.action()).toBe('block')
  })
})
