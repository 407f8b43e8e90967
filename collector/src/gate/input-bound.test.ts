import fc from 'fast-check'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { beforeAll, describe, expect, test } from 'vitest'
import { byteBound } from './byte-bound.ts'
import { boundInput } from './input-bound.ts'
import { openAiModel } from './openai-model.ts'
import { type Count, createTokenizers } from './tokenizer.ts'

const tokenizers = createTokenizers()
let count: Count
beforeAll(async () => {
  tokenizers.of('openai', 'gpt-4o')
  await tokenizers.ready()
  count = tokenizers.of('openai', 'gpt-4o')!
})

const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }
const trueTokens = (text: string) => countTokens(text, plain)
const openAi = (input: unknown, more = {}) => boundInput({ input: input as string, ...more }, 'openai', 'gpt-4o', count)
const anthropic = (input: unknown, more = {}) => {
  return boundInput({ input: input as string, ...more }, 'anthropic', 'claude-sonnet-4-5', null)
}
const tokensOf = (bound: ReturnType<typeof boundInput>) =>
  bound.kind === 'tokens' ? bound.tokens : expect.fail(bound.what)

/** Text of the kinds that tokenizers treat differently, runs of one among them. */
const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'refund order 1234 for user@example.com\n',
    '中文没有空格',
    '  \n\t',
    '====',
    '<|endoftext|>',
    '🧾🧾',
    'ﷺ',
  ),
)
const text = fc
  .array(fc.tuple(piece, fc.integer({ min: 1, max: 80 })), { maxLength: 6 })
  .map((parts) => parts.map(([each, times]) => each.repeat(times)).join(''))

describe('a text is never fewer tokens than its bound', () => {
  test('by the model’s own tokenizer', () => {
    fc.assert(
      fc.property(text, (input) => {
        expect(tokensOf(openAi(input))).toBeGreaterThanOrEqual(trueTokens(input))
      }),
      { numRuns: 300 },
    )
  })

  test('by bytes', () => {
    fc.assert(
      fc.property(text, (input) => {
        expect(byteBound(input)).toBeGreaterThanOrEqual(trueTokens(input))
        expect(byteBound(input)).toBeGreaterThanOrEqual(Buffer.byteLength(input.normalize('NFKC')))
      }),
      { numRuns: 300 },
    )
  })

  test('nor in messages, whatever their shape', () => {
    const message = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system'),
      content: fc.oneof(text, fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 3 })),
      tool_calls: fc.array(fc.record({ function: fc.record({ name: piece, arguments: text }) }), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), (messages) => {
        // far more than any template writes: the JSON itself
        const bound = tokensOf(openAi(messages))
        const texts = messages.flatMap(({ content, tool_calls }) => [
          ...(typeof content === 'string' ? [content] : content.map((part) => part.text)),
          ...tool_calls.flatMap(({ function: { name, arguments: args } }) => [name, args]),
        ])
        const content = texts.reduce((sum, each) => sum + trueTokens(each), 0)
        // 3 a message, 1 a role, 3 for the answer: what OpenAI's guide says
        expect(bound).toBeGreaterThanOrEqual(content + messages.length * 4 + 3)
      }),
      { numRuns: 100 },
    )
  })
})

test('a tokenizer is tight, bytes are not', () => {
  const prompt = 'The customer asks where the refund for order 1234 is. Answer in two sentences. '.repeat(20)
  expect(tokensOf(openAi(prompt)) / trueTokens(prompt)).toBeLessThan(1.06)
  expect(tokensOf(anthropic(prompt)) / trueTokens(prompt)).toBeLessThan(6)
})

test('a text without a break takes no time to speak of, and one beyond what is tokenised counts as bytes', () => {
  const unbroken = '中文'.repeat(50_000)
  expect(tokensOf(openAi(unbroken))).toBeGreaterThanOrEqual(300_000)
  const long = 'word '.repeat(60_000)
  expect(tokensOf(openAi(long))).toBeGreaterThanOrEqual(140_000)
})

test('what the caller counted goes before what it sent', () => {
  expect(tokensOf(openAi('x'.repeat(1000), { inputTokens: 7 }))).toBe(7)
  expect(tokensOf(anthropic('x', { inputBytes: 1000 }))).toBe(1000 + 1024)
  expect(tokensOf(openAi('x', { inputBytes: 1000, images: 2 }))).toBe(1000 + 64 + 2 * 16_200)
})

describe('what is not text', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  const message = (part: object) => [{ role: 'user', content: [part] }]
  const images: readonly [string, string | null, string, object, number][] = [
    ['OpenAI', 'openai', 'gpt-4o', image, 16_200],
    ['OpenAI, low detail', 'openai', 'gpt-4o', { ...image, image_url: { url: 'x', detail: 'low' } }, 2833],
    ['the model that counts images thirty times', 'openai', 'gpt-4o-mini', image, 48_169],
    ['Anthropic', 'anthropic', 'claude-opus-4-1', { type: 'image', source: { type: 'base64', data: 'x' } }, 8464],
    ['Gemini', 'gcp.gemini', 'gemini-2.5-pro', { inlineData: { mimeType: 'image/png', data: 'x' } }, 4128],
    ['anyone else', 'acme', 'acme-1', image, 50_000],
    ['the AI SDK', 'acme', 'acme-1', { type: 'file', mediaType: 'image/png', data: 'x' }, 50_000],
  ]
  test.each(images)('images: %s', (_, provider, name, part, tokens) => {
    const bound = boundInput({ input: message(part) }, provider, name, null)
    expect(tokensOf(bound)).toBeGreaterThanOrEqual(tokens)
    expect(tokensOf(bound)).toBeLessThan(tokens + 100)
  })

  const unbounded: readonly [string, unknown][] = [
    ['a document', message({ type: 'document', source: { type: 'base64', data: 'x' } })],
    [
      'a file by its ID',
      message({ type: 'input_image', file_id: 'file-1' }).concat([{ role: 'user', file_id: 'f' } as never]),
    ],
    ['a Gemini file', { contents: [{ parts: [{ fileData: { fileUri: 'x' } }] }] }],
    ['a search of the provider', { messages: [], tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['Google’s own search', { contents: [], tools: [{ googleSearch: {} }] }],
    ['an earlier answer', { input: 'and then?', previous_response_id: 'resp_1' }],
    ['a cached prompt', { cachedContent: 'x', contents: [] }],
  ]
  test.each(unbounded)('%s brings what is not in the request', (_, input) => {
    expect(anthropic(input)).toMatchObject({ kind: 'unbounded' })
  })

  test('a plain document is its text, sound is its bytes, tool definitions bring a preamble', () => {
    const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'y'.repeat(500) } }
    expect(tokensOf(anthropic(message(document)))).toBeLessThan(800)
    const sound = { type: 'input_audio', input_audio: { data: 'A'.repeat(5000), format: 'mp3' } }
    expect(tokensOf(openAi(message(sound)))).toBeGreaterThan(5000)
    const tools = [{ name: 'refund', input_schema: { type: 'object', properties: { image: { type: 'string' } } } }]
    const with_ = tokensOf(anthropic({ messages: [], tools }))
    expect(with_).toBeGreaterThan(1024)
    expect(with_).toBeLessThan(1400)
  })

  test('nothing told is unbounded', () => expect(boundInput({}, 'openai', 'gpt-4o', count).kind).toBe('unbounded'))
})

test.each([
  ['openai', 'gpt-4o', 'o200k_base', 16_384],
  ['azure.ai.openai', 'GPT-4o-2024-11-20', 'o200k_base', 16_384],
  [null, 'openai/gpt-4o-mini', 'o200k_base', 16_384],
  ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::abc', 'o200k_base', 16_384],
  ['openai', 'gpt-4-turbo', 'cl100k_base', 4096],
])('%s %s is known', (provider, name, encoding, maxOutputTokens) => {
  expect(openAiModel(provider, name)).toEqual({ encoding, maxOutputTokens })
})

test.each([
  ['anthropic', 'gpt-4o'],
  ['openai', 'gpt-99'],
  ['openai', 'constructor'],
])('%s %s is not', (provider, name) => expect(openAiModel(provider, name)).toBeNull())
