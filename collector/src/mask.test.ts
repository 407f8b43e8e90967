import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { masked } from './mask.ts'

const A = (size: number) => 'aB3'.repeat(size).slice(0, size)
const HEX = (size: number) => '0a1b2c3d'.repeat(size).slice(0, size)
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nq2w3e4r5==\n-----END RSA PRIVATE KEY-----`
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P'

const secrets: readonly (readonly [string, string])[] = [
  ['OpenAI', `sk-${A(48)}`],
  ['OpenAI project', `sk-proj-${A(40)}_${A(40)}`],
  ['Anthropic', `sk-ant-api03-${A(80)}-AA`],
  ['OpenRouter', `sk-or-v1-${HEX(64)}`],
  ['Langfuse', `sk-lf-${HEX(8)}-${HEX(4)}-${HEX(4)}-${HEX(4)}-${HEX(12)}`],
  ['Groq', `gsk_${A(52)}`],
  ['xAI', `xai-${A(80)}`],
  ['Perplexity', `pplx-${HEX(48)}`],
  ['Hugging Face', `hf_${A(34)}`],
  ['Replicate', `r8_${A(37)}`],
  ['NVIDIA', `nvapi-${A(64)}`],
  ['Tavily', `tvly-${A(32)}`],
  ['LangSmith', `lsv2_pt_${HEX(32)}_${HEX(10)}`],
  ['Google', `AIza${A(35)}`],
  ['Google OAuth', `ya29.${A(60)}`],
  ['AWS', 'AKIAIOSFODNN7EXAMPLE'],
  ['AWS session', 'ASIAIOSFODNN7EXAMPLE'],
  ['GitHub', `ghp_${A(36)}`],
  ['GitHub server', `ghs_${A(36)}`],
  ['GitHub fine-grained', `github_pat_${A(22)}_${A(59)}`],
  ['GitLab', `glpat-${A(20)}`],
  ['Slack', `xoxb-123456789012-123456789012-${A(24)}`],
  ['Slack app', `xapp-1-A0123-123-${A(32)}`],
  ['Stripe', `sk_live_${A(24)}`],
  ['Stripe restricted', `rk_test_${A(24)}`],
  ['Stripe webhook', `whsec_${A(32)}`],
  ['npm', `npm_${A(36)}`],
  ['SendGrid', `SG.${A(22)}.${A(43)}`],
  ['JWT', JWT],
  ['PEM', PEM],
  ['PEM without its end', PEM.slice(0, 60)],
]

describe('secrets', () => {
  test.each(secrets)('%s', (_, secret) => {
    expect(masked(secret)).toBe('<SECRET>')
    expect(masked(`key=${secret}\n`)).toBe('key=<SECRET>\n')
    expect(masked(`use "${secret}", please`, true)).toBe('use "<SECRET>", please')
  })
  test.each([
    ['authorization: Bearer abcdef0123456789abcdef', 'authorization: Bearer <SECRET>'],
    ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: Basic <SECRET>'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = <SECRET>'],
    ['"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', '"SecretAccessKey": "<SECRET>"'],
    ['postgres://app:hunter2@db.internal/app', 'postgres://<SECRET>@db.internal/app'],
    ['redis://:hunter2@cache:6379', 'redis://<SECRET>@cache:6379'],
    [
      'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
      'https://hooks.slack.com/services/<SECRET>',
    ],
    [`https://api.example.com/v1?key=AIza${A(35)}&x=1`, 'https://api.example.com/v1?key=<SECRET>&x=1'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected)
  })
  test.each([
    'sk-loading-indicator-circle-big-and-round',
    'the task-force asked for a risk-free desk-job',
    'basic understanding of the bearer of this letter',
    'Basic authentication is required',
    'https://example.com:8080/a@b',
    'https://example.com/path?next=a:b@c',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'msg_01XFDUDYJgAACzvnptvVoYEL call_abc123def456ghi789 chatcmpl-9f86d081884c7d65',
    'eyJust kidding',
    'AKIA is a prefix, ghp_ too',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  ])('not: %s', (text) => {
    expect(masked(text)).toBe(text)
  })
})

describe('personal data', () => {
  test.each([
    ['mail bob.smith+tag@mail.example.co.uk.', 'mail <EMAIL_ADDRESS>.'],
    ['<bob@example.com>,eve@example.org', '<<EMAIL_ADDRESS>>,<EMAIL_ADDRESS>'],
    ['card 4111 1111 1111 1111 12/29', 'card <CREDIT_CARD> 12/29'],
    ['4111-1111-1111-1111', '<CREDIT_CARD>'],
    ['378282246310005 and 5555555555554444', '<CREDIT_CARD> and <CREDIT_CARD>'],
    ['ssn 078-05-1120', 'ssn <US_SSN>'],
    ['DE89370400440532013000', '<IBAN_CODE>'],
    ['pay GB29 NWBK 6016 1331 9268 19 now', 'pay <IBAN_CODE> now'],
    ['call 415-555-2671', 'call <PHONE_NUMBER>'],
    ['call +14155552671 or +49 (0)30 901820', 'call <PHONE_NUMBER> or <PHONE_NUMBER>'],
    ['from 203.0.113.77 via 10.1.2.3', 'from <IP_ADDRESS> via 10.1.2.3'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected)
    expect(masked(text, true), 'not where only secrets are looked for').toBe(text)
  })
  test.each([
    'git@github.com:acme/app.git',
    'logo@2x.png and @types/node and pkg@1.2.3 and a@b',
    '4111 1111 1111 1112',
    'order 1234567890123456, epoch 1763000000000, trace 4111111111111111a',
    'score 0.4111111111111111 and 4111111111111111.5',
    '000-12-3456 666-12-3456 912-12-3456 123-00-4567 123-45-0000',
    'DE89370400440532013001 and FR00 and AB12',
    'version 1.2.3.4, build 10.0.19045.3803, 256.300.1.1, 192.168.1.10, 127.0.0.1',
    '1+12345678 = ?, +1000, 2026-11-21T09:00:00+0000, room 415',
    '2026-11-21 09:30:39 550e8400-e29b-41d4-a716-446655440000',
  ])('not: %s', (text) => {
    expect(masked(text)).toBe(text)
  })
})

describe('JSON stays JSON', () => {
  const findings = [
    ...secrets.map(([, secret]) => secret),
    'bob@example.com',
    '4111111111111111',
    '+14155552671',
    'DE89370400440532013000',
    'https://u:p@h/',
    'Bearer abcdef0123456789abcdef',
  ]
  test('a card that is a number becomes a string', () => {
    expect(masked('{"card":4111111111111111,"text":"x: 4111111111111111, y"}')).toBe(
      '{"card":"<CREDIT_CARD>","text":"x: <CREDIT_CARD>, y"}',
    )
  })
  test('escapes stay whole, and what follows them is seen', () => {
    const text = JSON.stringify({
      a: `line\nbob@example.com\t${findings[0]}`,
      b: JSON.stringify({ c: `\n${findings[0]}\\` }),
    })
    const after = JSON.parse(masked(text))
    expect(after.a).toBe('line\n<EMAIL_ADDRESS>\t<SECRET>')
    expect(JSON.parse(after.b)).toEqual({ c: '\n<SECRET>\\' })
    expect(JSON.parse(masked('{"a":"\\u00e9bob@example.com"}'))).toEqual({ a: 'é<EMAIL_ADDRESS>' })
  })
  test('for any JSON around any finding, however often it is wrapped', () => {
    const piece = fc.oneof(
      fc.constantFrom(...findings),
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\\n',
        '\u0000',
        'é',
        '😀',
        ' ',
        ':',
        '@',
        '-',
        '//',
        '://',
        '+1',
        '-----',
        'n',
        'u00',
      ),
      fc.string(),
    )
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.nat(2), (texts, wraps) => {
        let json = JSON.stringify(texts)
        for (let i = 0; i < wraps; i++) json = JSON.stringify({ inner: json, n: 1 })
        let after: unknown = JSON.parse(masked(json))
        for (let i = 0; i < wraps; i++) after = JSON.parse((after as { inner: string }).inner)
        expect(after).toHaveLength(texts.length)
      }),
      { numRuns: 3000 },
    )
  })
  test('for any values', () => {
    const value = fc.jsonValue().map((each) => [each, 4111111111111111, findings])
    fc.assert(fc.property(value, (each) => void JSON.parse(masked(JSON.stringify(each)))))
  })
})

test('nothing is left to find, and text around stays', () => {
  const clean = fc.string({ unit: fc.constantFrom(...'abc xyz .,;\n'.split('')) })
  const whole = secrets.flatMap(([name, secret]) => (name === 'PEM without its end' ? [] : [secret]))
  fc.assert(
    fc.property(clean, fc.constantFrom(...whole), clean, (before, secret, after) => {
      expect(masked(`${before} ${secret} ${after}`)).toBe(`${before} <SECRET> ${after}`)
      const once = masked(`${before}${secret}${after}`)
      expect(masked(once)).toBe(once)
    }),
  )
})

test('an unfinished private key does not take the prose after it', () => {
  expect(masked('-----BEGIN PRIVATE KEY----- is how it starts')).toBe('<SECRET> is how it starts')
  const encrypted =
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\nMIIE\n-----END RSA PRIVATE KEY-----'
  expect(masked(`${encrypted} x`)).toBe('<SECRET> x')
  expect(JSON.parse(masked(JSON.stringify({ key: encrypted, more: JSON.stringify([encrypted]) })))).toEqual({
    key: '<SECRET>',
    more: '["<SECRET>"]',
  })
})

describe('the work is linear in the text', () => {
  test('a megabyte of anything that begins like a finding comes to an end', () => {
    const beginnings = [
      'sk-',
      'a@',
      '@',
      'eyJaaaaaaaaaa.',
      '://a:',
      '+1',
      '4111 ',
      'DE89 ',
      'bearer ',
      '\\',
      '-----BEGIN PRIVATE KEY-----\n',
      '1.',
      '-',
      'basic aaaa',
    ]
    for (const beginning of beginnings) masked(beginning.repeat(1_000_000 / beginning.length))
  })
})
