import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sampleSpan } from '../../test/sample-span.ts'
import { type AttributeValue, CONTENT_MODES, type ContentMode, type Span, type SpanLog } from '../span.ts'
import { createLogRedactor, createRedactor } from './redact.ts'

const KEY = `sk-${'aB3'.repeat(16)}`
const isContent = (name: string) => name === 'content' || name === 'gen_ai.tool.definitions'
const bag = (attributes: Record<string, AttributeValue>) => Object.assign(Object.create(null), attributes)
const sha = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

const texts = {
  input: 'bob@example.com',
  output: 'b',
  toolArgs: 'c',
  retrievalQuery: 'd',
  retrievalDocuments: 'e',
  statusMessage: 'f',
}

function sample(rest: Partial<Span> = {}): Span {
  return sampleSpan({
    ...texts,
    contentMode: 'full',
    attributes: bag({ content: 'bob@example.com', 'gen_ai.request.model': 'bob@example.com', n: 1 }),
    events: [
      { name: 'gen_ai.user.message', timeNs: 1n, attributes: bag({ content: 'bob@example.com', role: 'user' }) },
      { name: 'tick', timeNs: 2n, attributes: bag({ n: 1 }) },
    ],
    ...rest,
  })
}

const redact = (mode: ContentMode, span: Span) => createRedactor(mode, isContent)(span)

describe('content modes', () => {
  test('none drops every text', () => {
    const span = redact('none', sample())
    for (const field of Object.keys(texts)) expect(span[field as keyof Span], field).toBe(null)
    expect({ ...span.attributes }).toEqual({ 'gen_ai.request.model': 'bob@example.com', n: 1 })
    expect({ ...span.events[0]?.attributes }).toEqual({ role: 'user' })
    expect(span.contentMode).toBe('none')
  })
  test('hashed keeps what is equal comparable', () => {
    const span = redact('hashed', sample())
    for (const [field, text] of Object.entries(texts)) expect(span[field as keyof Span], field).toBe(sha(text))
    expect(span.attributes.content).toBe(sha('bob@example.com'))
    expect(span.events[0]?.attributes.content).toBe(sha('bob@example.com'))
    expect(redact('hashed', span).input, 'what the sender hashed is not hashed again').toBe(span.input)
  })
  test('redacted replaces what is found and keeps the rest', () => {
    const span = redact('redacted', sample({ statusMessage: `refused ${KEY}` }))
    expect(span).toMatchObject({ input: '<EMAIL_ADDRESS>', output: 'b', statusMessage: 'refused <SECRET>' })
    expect(span.attributes).toMatchObject({ content: '<EMAIL_ADDRESS>', 'gen_ai.request.model': 'bob@example.com' })
    expect(span.events[0]?.attributes).toMatchObject({ content: '<EMAIL_ADDRESS>' })
  })
  test('full is the same object', () => {
    const span = sample()
    expect(redact('full', span)).toBe(span)
  })
  test('a sender’s stricter mode is kept to, a laxer one is not', () => {
    for (const mode of CONTENT_MODES.slice(0, 3)) {
      for (const sent of CONTENT_MODES) {
        const stricter = CONTENT_MODES[
          Math.min(CONTENT_MODES.indexOf(mode), CONTENT_MODES.indexOf(sent))
        ] as ContentMode
        const expected = redact(stricter, sample()).input
        expect(redact(mode, sample({ contentMode: sent })), `${mode} ${sent}`).toMatchObject({
          input: expected,
          contentMode: stricter,
        })
      }
    }
  })
})

test('structured content: each text replaced, the form kept, or one hash', () => {
  const definitions = [bag({ name: 'x', secret: KEY, n: 1, list: [null, KEY] })]
  const span = sampleSpan({ attributes: bag({ 'gen_ai.tool.definitions': definitions }), contentMode: 'full' })
  expect(JSON.stringify(redact('redacted', span).attributes)).toBe(
    '{"gen_ai.tool.definitions":[{"name":"x","secret":"<SECRET>","n":1,"list":[null,"<SECRET>"]}]}',
  )
  expect(redact('hashed', span).attributes['gen_ai.tool.definitions']).toBe(sha(JSON.stringify(definitions)))
  expect(redact('none', span).attributes).not.toHaveProperty(['gen_ai.tool.definitions'])
})

test('what the policy of a span hides beside is hidden everywhere in it, in mode redacted', () => {
  const rest = (text: string) =>
    [...text.matchAll(/EMP-\d+/g)].map(({ 0: one, index }) => {
      return { type: 'EMPLOYEE', start: index, end: index + one.length }
    })
  const text = 'EMP-1 mailed bob@example.com'
  const given = sample({
    output: text,
    attributes: bag({ content: text, 'gen_ai.tool.definitions': [bag({ name: text })] }),
    events: [{ name: 'gen_ai.user.message', timeNs: 1n, attributes: bag({ content: text }) }],
  })
  const hidden = '<EMPLOYEE> mailed <EMAIL_ADDRESS>'
  for (const heard of [undefined, () => {}]) {
    const span = createRedactor('redacted', isContent)(given, heard, rest)
    expect(span).toMatchObject({
      input: '<EMAIL_ADDRESS>',
      output: hidden,
      events: [{ attributes: { content: hidden } }],
    })
    expect(JSON.stringify(span.attributes)).toBe(
      `{"content":"${hidden}","gen_ai.tool.definitions":[{"name":"${hidden}"}]}`,
    )
  }
  expect(createRedactor('full', isContent)(given, undefined, rest)).toBe(given)
  expect(createRedactor('none', isContent)(given, undefined, rest).output).toBe(null)
  const log = { traceId: '', spanId: '', timeNs: 0n, name: 'x', body: text, attributes: {}, tenantId: null }
  expect(createLogRedactor('redacted', isContent)(log, rest).body).toBe(hidden)
})

describe('beside content', () => {
  const address = `https://api.example.com/?key=${KEY}`
  test.each(CONTENT_MODES.slice(0, 3))('addresses and headers lose secrets in mode %s', (mode) => {
    const span = sampleSpan({
      attributes: bag({
        'url.full': address,
        'http.request.header.authorization': ['opaque'],
        'http.request.header.x-trace': ['bob@example.com'],
        'app.note': KEY,
      }),
    })
    expect({ ...redact(mode, span).attributes }).toEqual({
      'url.full': 'https://api.example.com/?key=<SECRET>',
      'http.request.header.authorization': '<SECRET>',
      'http.request.header.x-trace': ['bob@example.com'],
      'app.note': KEY,
    })
  })
  test('so does the resource, once for all its spans', () => {
    const resource = bag({ 'process.command_args': ['app', `--key=${KEY}`], 'service.name': 'x' })
    const redactor = createRedactor('redacted', isContent)
    const [one, two] = [redactor(sampleSpan({ resource })), redactor(sampleSpan({ resource }))]
    expect(one.resource['process.command_args']).toEqual(['app', '--key=<SECRET>'])
    expect(two.resource).toBe(one.resource)
    expect(resource['process.command_args'][1], 'what was given is unchanged').toContain(KEY)
  })
})

test('a span that has nothing to hide is the same object', () => {
  const span = sampleSpan({ input: 'hello', attributes: bag({ content: 'hello', n: 1 }), contentMode: 'redacted' })
  expect(redact('redacted', span)).toBe(span)
})

test('names like `__proto__` are names like any other', () => {
  const attributes = bag({})
  Object.defineProperty(attributes, '__proto__', {
    value: 'bob@example.com',
    enumerable: true,
    writable: true,
    configurable: true,
  })
  attributes.content = 'bob@example.com'
  const after = redact('redacted', sampleSpan({ attributes })).attributes
  expect(Object.keys(after).sort()).toEqual(['__proto__', 'content'])
  expect(after.content).toBe('<EMAIL_ADDRESS>')
})

test('log records: the body whatever the name, and content attributes', () => {
  const log: SpanLog = {
    traceId: '0',
    spanId: '1',
    timeNs: 1n,
    name: 'gen_ai.choice',
    body: '{"message":"bob@example.com"}',
    attributes: bag({ content: KEY, other: 'x' }),
    tenantId: null,
  }
  const of = (mode: ContentMode) => createLogRedactor(mode, isContent)(log)
  expect(of('redacted')).toMatchObject({
    body: '{"message":"<EMAIL_ADDRESS>"}',
    attributes: { content: '<SECRET>', other: 'x' },
  })
  expect(of('none').body).toBe(null)
  expect(of('hashed').body).toBe(sha(log.body as string))
  expect(of('full')).toBe(log)
})
