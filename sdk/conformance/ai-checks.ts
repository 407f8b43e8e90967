/** What a user of the AI SDK can see of a call. */
import { z } from 'zod'
import { type Ai, majors, type Streamed } from './ai.ts'
import { all, type Check, errorOf, type Family, failing, some } from './check.ts'

type See = (ai: Ai, ask: Readonly<Record<string, unknown>>) => Promise<unknown>

/** A check whose call is given the model and a limit, as everything that is sent must be the same. */
const check = (surface: Check['surface'], name: string, see: See, more: Partial<Check<Ai>> = {}): Check<Ai> => ({
  surface,
  name,
  ...more,
  see: (ai, model) =>
    see(ai, { model, prompt: 'Where is my order?', maxOutputTokens: 50, maxRetries: 0, onError() {} }),
})

const schema = z.object({ order: z.number() })
const lookup = { description: 'Where an order is', inputSchema: schema, execute: async () => 'at the door' }
const OBJECT = ['{"order"', ':7', '}']

const ANSWERED = [
  'text',
  'content',
  'reasoning',
  'finishReason',
  'usage',
  'warnings',
  'steps',
  'response',
  'request',
  'sources',
  'providerMetadata',
]
const OF_STREAMS = ['totalUsage', 'toolCalls', 'toolResults', 'files']
const read = async (told: Readonly<Record<string, unknown>>, names: readonly string[]) => {
  const values = []
  for (const name of names) values.push([name, await told[name]])
  return values
}
/** Parts with their errors to the last property. */
const parts = async ({ fullStream }: Pick<Streamed, 'fullStream'>) =>
  (await all(fullStream)).map((part) => {
    const told = part as { readonly error?: unknown }
    return 'error' in told ? { ...told, error: errorOf(told.error) } : told
  })

const promises = [
  check(
    'promise',
    'the model: `provider`, `modelId`, `specificationVersion`, `supportedUrls`',
    async (_, { model }) => {
      const { provider, modelId, specificationVersion, supportedUrls } = model as Record<string, unknown>
      return [provider, modelId, specificationVersion, await supportedUrls]
    },
    { books: 'unasked' },
  ),
  check('promise', '`generateText`: every field of its result', async (ai, ask) => {
    const answer = await ai.generateText(ask)
    return [answer.constructor.name, await read(answer, ANSWERED)]
  }),
  check(
    'promise',
    'a loop of tools, step by step',
    async (ai, ask) => {
      const heard: unknown[] = []
      const onStepFinish = ({ finishReason, text }: Record<string, unknown>) => heard.push([finishReason, text])
      const answer = await ai.generateText({ ...ask, tools: { lookup }, stopWhen: ai.steps(2), onStepFinish })
      return [await read(answer, [...ANSWERED, ...OF_STREAMS]), heard]
    },
    { calls: 2 },
  ),
  check(
    'promise',
    '`Output.object`',
    async (ai, ask) => {
      const answer = await ai.generateText({ ...ask, ...ai.output(schema) })
      return [answer.text, ai.major === 5 ? answer.experimental_output : answer.output]
    },
    { words: OBJECT },
  ),
  check(
    'promise',
    '`generateObject`',
    async (ai, ask) => {
      const answer = await ai.generateObject({ ...ask, schema })
      return read(answer, ['object', 'finishReason', 'usage', 'warnings', 'response', 'request', 'providerMetadata'])
    },
    { words: OBJECT },
  ),
  check('promise', 'messages, a system prompt, headers, provider options', async (ai, { prompt, ...ask }) => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: prompt }] }]
    const more = { system: 'Be brief.', headers: { 'x-one': '1' }, providerOptions: { openai: { user: 'u-42' } } }
    return read(await ai.generateText({ ...ask, ...more, messages }), ANSWERED)
  }),
  check('promise', 'telemetry of your own hears the same', async (ai, ask) => {
    const heard: unknown[] = []
    await ai.generateText({ ...ask, ...ai.telling((what) => heard.push(what)) })
    return [heard.length > 2, heard]
  }),
]

const streams = [
  check('stream', '`fullStream`: every part, and no other', (ai, ask) => parts(ai.streamText(ask))),
  check('stream', '`textStream`', (ai, ask) => all(ai.streamText(ask).textStream)),
  check('stream', 'promises and callbacks beside the stream', async (ai, ask) => {
    const heard: unknown[] = []
    const hear = (name: string) => ({
      [name]: (told: Record<string, unknown>) => heard.push([name, told.chunk, told.text]),
    })
    const stream = ai.streamText({ ...ask, ...hear('onChunk'), ...hear('onFinish'), ...hear('onStepFinish') })
    await stream.consumeStream()
    return [heard, await read(stream, [...ANSWERED, ...OF_STREAMS])]
  }),
  check(
    'stream',
    'a loop of tools',
    (ai, ask) => parts(ai.streamText({ ...ask, tools: { lookup }, stopWhen: ai.steps(2) })),
    {
      calls: 2,
    },
  ),
  check('stream', '`toUIMessageStreamResponse()`, read as bytes', async (ai, ask) => {
    const response = ai.streamText(ask).toUIMessageStreamResponse()
    return [response.status, [...response.headers], await response.text()]
  }),
  check('stream', '`toTextStreamResponse()`', (ai, ask) => ai.streamText(ask).toTextStreamResponse().text()),
  check(
    'stream',
    '`streamObject`',
    async (ai, ask) => {
      const stream = ai.streamObject({ ...ask, schema })
      return [await all(stream.partialObjectStream), await read(stream, ['object', 'usage', 'finishReason'])]
    },
    { words: OBJECT },
  ),
]

const aborting =
  (of: (stop: AbortController, said: string) => void) => async (ai: Ai, ask: Readonly<Record<string, unknown>>) => {
    const stop = new AbortController()
    const heard: unknown[] = []
    const end = await failing(async () => {
      for await (const part of ai.streamText({ ...ask, abortSignal: stop.signal }).fullStream) {
        heard.push(part)
        of(stop, String(Reflect.get(part, 'text')))
      }
    })
    return [heard, end]
  }

const endings = [
  check('ending', 'early `break`', async (ai, ask) => some(ai.streamText(ask).textStream, 4), {
    books: 'counted',
    thrownAway: true,
  }),
  check('ending', 'the connection breaks in mid-stream', (ai, ask) => failing(() => parts(ai.streamText(ask))), {
    manner: 'breaks',
    books: 'counted',
  }),
  check('ending', 'half a stream, ended in good order', (ai, ask) => failing(() => parts(ai.streamText(ask))), {
    manner: 'stops',
    books: 'counted',
  }),
  check(
    'ending',
    'aborted in mid-stream by its signal',
    aborting((stop, said) => said === ' is' && stop.abort()),
    {
      manner: 'hangs',
      books: 'counted',
    },
  ),
  check(
    'ending',
    'aborted before it begins',
    (ai, ask) => failing(() => ai.generateText({ ...ask, abortSignal: AbortSignal.abort() })),
    {
      books: 'unasked',
    },
  ),
  check(
    'ending',
    'no answer in time',
    (ai, ask) => failing(() => ai.generateText({ ...ask, abortSignal: AbortSignal.timeout(60) })),
    {
      manner: 'silent',
      books: 'counted',
    },
  ),
  check(
    'ending',
    'two failures, then an answer: each try asks for itself',
    async (ai, ask) => read(await ai.generateText({ ...ask, maxRetries: 2 }), ANSWERED),
    {
      manner: { status: 500, times: 2, retryAfter: '0' },
      calls: 3,
      refused: 2,
    },
  ),
  check('ending', '429 with Retry-After, then a stream', (ai, ask) => parts(ai.streamText({ ...ask, maxRetries: 1 })), {
    manner: { status: 429, times: 1, retryAfter: '0' },
    calls: 2,
    refused: 1,
  }),
  check('ending', 'no usage told', (ai, ask) => parts(ai.streamText(ask)), { manner: 'no-usage', books: 'counted' }),
  check(
    'ending',
    'a stream that never ends: cut when the hold is used up',
    (ai, ask) =>
      failing(async () => {
        let count = 0
        for await (const _ of ai.streamText(ask).fullStream) if (++count === 2000) break
        return 'left'
      }),
    { manner: 'endless', books: 'counted', differs: (seen) => (seen as { code?: unknown }).code === 'BUDGET_EXCEEDED' },
  ),
]

const refused = (status: number, name: string) =>
  check('error', name, (ai, ask) => failing(() => ai.generateText(ask)), { manner: { status }, books: 'free' })

const errors = [
  refused(400, '400: too long a context'),
  refused(401, '401'),
  refused(404, '404'),
  refused(429, '429 without Retry-After'),
  refused(500, '500'),
  check(
    'error',
    'the last of three tries fails too',
    (ai, ask) => failing(() => ai.generateText({ ...ask, maxRetries: 2 })),
    {
      manner: { status: 503, retryAfter: '0' },
      books: 'free',
      calls: 3,
    },
  ),
  check('error', 'an error before a stream', (ai, ask) => parts(ai.streamText(ask)), {
    manner: { status: 503 },
    books: 'free',
  }),
  check('error', 'an answer that is no JSON', (ai, ask) => failing(() => ai.generateText(ask)), {
    manner: 'nonsense',
    books: 'counted',
  }),
  check('error', 'a page instead of an answer', (ai, ask) => failing(() => ai.generateText(ask)), {
    manner: 'html',
    books: 'counted',
  }),
  check(
    'error',
    'an object that does not fit its schema',
    (ai, ask) => failing(() => ai.generateObject({ ...ask, schema })),
    {
      words: ['{"order"', ':"none"}'],
    },
  ),
  check(
    'error',
    'a prompt that it rejects',
    (ai, ask) => failing(() => ai.generateText({ ...ask, prompt: undefined })),
    {
      books: 'unasked',
    },
  ),
]

export const aiFamily: Family = {
  subjects: majors,
  checks: [...promises, ...streams, ...endings, ...errors],
  types: '`middleware()` fits `wrapLanguageModel`, which gives a model of its own type',
}
