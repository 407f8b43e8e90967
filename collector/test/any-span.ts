/** Spans for tests of what keeps them: a recent one to vary, and any at all. */
import fc from 'fast-check'
import {
  type AttributeValue,
  CONTENT_MODES,
  COST_SOURCES,
  FINISH_REASONS,
  KINDS,
  type Span,
  STATUSES,
  STOP_REASONS,
} from '../src/span.ts'
import { sampleSpan } from './sample-span.ts'

const bare = <T extends object>(value: T): T => Object.assign(Object.create(null), value)

export const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')

/** A counted model call of a minute-old run, with everything unknown that may be. */
export function recentSpan(given: Partial<Span> = {}): Span {
  return sampleSpan({
    traceId: hex(1, 32),
    spanId: hex(1, 16),
    startNs: BigInt(Date.now() - 60_000) * 1_000_000n,
    durationNs: 1_000_000n,
    contentMode: 'full',
    attributes: bare({}),
    resource: bare({}),
    scope: { name: 'test', version: '1' },
    cut: bare({}),
    ...given,
  })
}

/** Texts that have broken something somewhere. */
export const hostileTexts = [
  "it's",
  '"double"',
  'back\\slash',
  '\\',
  "x'); DROP TABLE spans; --",
  "\\' OR 1=1 --",
  '{x:String}',
  '{{days}}',
  '%s %',
  '_%_',
  'tab\tnew\nline\r\n',
  'blank\n\nline',
  'nul\0nul',
  '\\N',
  'NULL',
  '\u202eright to left\u202c',
  'שלום',
  '日本語🦊',
  '\u{1f9d1}\u200d\u{1f680}',
  '__proto__',
  'constructor',
  '<script>alert(1)</script>',
  '=1+1',
  '\u001b[31m',
  ' ',
  'a'.repeat(300),
] as const

const text = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 8 }),
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 })
/** Unknown is null, never ''. */
const word = maybe(text.filter((value) => value !== ''))
const tokens = maybe(fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER)))
const double = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e308))
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const ns = fc.oneof(fc.bigInt(0n, 2n ** 63n - 1n), fc.constantFrom(0n, 1n, 2n ** 63n - 1n, 4_294_967_296_000_000_000n))

/** Inside lists and maps the numbers that JSON has no word for are texts, as in OTLP/JSON, and -0 is 0. */
const { value: attributeValue } = fc.letrec<{ value: AttributeValue; inner: AttributeValue }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 3 },
    text.map((value) => value.toWellFormed()),
    fc.integer(),
    finite.map((value) => value + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('inner'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', '__proto__', 'toString', 'x y'), tie('inner'), {
      maxKeys: 3,
      noNullPrototype: false,
    }),
  ),
  value: fc.oneof(text, double, fc.integer(), fc.boolean(), fc.constant(null), tie('inner')),
}))

const said = fc.oneof(text, fc.maxSafeNat(), fc.boolean(), fc.constant(null))

const attributes = fc
  .dictionary(
    fc.oneof(
      fc.constantFrom('__proto__', 'toString', 'gen_ai.usage.input_tokens', 'finish', 'ttft', 'cost', 'list'),
      text,
    ),
    attributeValue,
    { maxKeys: 8 },
  )
  .map((given) => bare(given))

export const knownAs: ReadonlyMap<string, keyof Span> = new Map<string, keyof Span>([
  ['gen_ai.usage.input_tokens', 'inputTokens'],
  ['finish', 'finishReasonRaw'],
  ['ttft', 'ttftMs'],
  ['cost', 'costNano'],
  ['list', 'tags'],
  ['model', 'requestModel'],
])

const words = [
  'service',
  'workflow',
  'agent',
  'agentVersion',
  'parentAgent',
  'errorType',
  'statusMessage',
  'finishReasonRaw',
  'provider',
  'requestModel',
  'responseModel',
  'responseId',
  'operation',
  'priceVersion',
  'toolName',
  'toolCallId',
  'toolArgs',
  'retrievalQuery',
  'retrievalDocuments',
  'sessionId',
  'userId',
  'tenantId',
  'promptName',
  'promptVersion',
  'configVersion',
  'retryOf',
  'fallbackOf',
  'input',
  'output',
] as const satisfies readonly (keyof Span)[]
const counts = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
] as const satisfies readonly (keyof Span)[]

/** Any span that the collector may hold, the hostile ones first. Some attributes say what a field says. */
export const anySpan: fc.Arbitrary<Span> = fc
  .record({
    name: text,
    kind: fc.constantFrom(...KINDS),
    parentSpanId: maybe(fc.constant(hex(7, 16))),
    startNs: ns,
    durationNs: fc.bigInt(0n, 2n ** 62n),
    ttftMs: maybe(finite),
    streaming: maybe(fc.boolean()),
    status: fc.constantFrom(...STATUSES),
    stopReason: maybe(fc.constantFrom(...STOP_REASONS)),
    finishReason: maybe(fc.constantFrom(...FINISH_REASONS)),
    costNano: maybe(fc.maxSafeInteger()),
    costSource: maybe(fc.constantFrom(...COST_SOURCES)),
    counted: fc.boolean(),
    said: fc.dictionary(fc.constantFrom('agent', 'responseModel', 'inputTokens', 'streaming'), said),
    retrievalTopK: maybe(fc.nat()),
    tags: fc.array(text, { maxLength: 3 }),
    attempt: maybe(fc.nat()),
    cacheHit: maybe(fc.boolean()),
    score: maybe(finite),
    contentMode: fc.constantFrom(...CONTENT_MODES),
    attributes,
    resource: attributes,
    scope: fc.record({ name: text, version: text }),
    events: fc.array(fc.record({ timeNs: ns, name: text, attributes }), { maxLength: 3 }),
    links: fc.array(fc.record({ traceId: text, spanId: text, attributes }), { maxLength: 2 }),
    dialect: fc.constantFrom('otel', 'otel-genai'),
    cut: fc.dictionary(fc.constantFrom('__proto__', 'strings', 'input'), fc.maxSafeNat()).map((given) => bare(given)),
    warnings: fc.array(text, { maxLength: 3 }),
    ...Object.fromEntries(words.map((field) => [field, word])),
    ...Object.fromEntries(counts.map((field) => [field, tokens])),
  })
  .chain((given) => fc.nat(15).map((bits) => recentSpan(repeatFields(given as Partial<Span>, bits))))

function repeatFields(given: Partial<Span>, bits: number): Partial<Span> {
  const said: Record<string, AttributeValue> = bare({ ...given.attributes })
  if (bits & 1) said['gen_ai.usage.input_tokens'] = given.inputTokens!
  if (bits & 2 && given.ttftMs) said.ttft = given.ttftMs / 1000
  if (bits & 4) said.finish = [given.finishReasonRaw!]
  if (bits & 8) said.list = [...given.tags!]
  return { ...given, attributes: said }
}
