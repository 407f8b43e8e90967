/** @google/genai: its client, and what its user can see of a call. */
import { ApiError, type Content, type GenerateContentResponse, GoogleGenAI } from '@google/genai'
import { all, type Check, type Family, failing, type Subject, some, versionOf } from './check.ts'

interface Google extends Subject {
  make(settings: Parameters<Subject['make']>[0]): GoogleGenAI
}

const google: Google = {
  name: '@google/genai',
  version: versionOf('@google/genai'),
  make: ({ baseURL, maxRetries, timeout }) =>
    new GoogleGenAI({
      apiKey: 'none needed',
      httpOptions: {
        baseUrl: baseURL,
        timeout,
        ...(maxRetries === 0 ? {} : { retryOptions: { attempts: maxRetries + 1, initialDelay: 0.001, jitter: 0 } }),
      },
    }),
}

const question = { model: 'gemini-2.5-flash', contents: 'Where is my order?' }
const lookup = { name: 'lookup', parametersJsonSchema: { type: 'object', properties: { order: { type: 'number' } } } }

type See = (client: GoogleGenAI) => Promise<unknown>
const check = (
  surface: Check['surface'],
  name: string,
  see: See,
  more: Partial<Check<Google>> = {},
): Check<Google> => ({
  surface,
  name,
  ...more,
  see: (_, client) => see(client as GoogleGenAI),
})

/** The answer with what its class reads out of it. */
const shown = (answer: GenerateContentResponse) => [answer.constructor.name, answer.text, answer.functionCalls, answer]

const streamed = (client: GoogleGenAI, config = {}) => client.models.generateContentStream({ ...question, config })
const whole = (client: GoogleGenAI, config = {}) => client.models.generateContent({ ...question, config })

const aborting = (controller: AbortController) => async (client: GoogleGenAI) => {
  const heard: unknown[] = []
  const end = await failing(async () => {
    for await (const piece of await streamed(client, { abortSignal: controller.signal })) {
      heard.push(piece.text)
      if (piece.text === ' is') controller.abort()
    }
  })
  return [heard, end]
}

const promises = [
  check('promise', 'the answer, its class, and what it reads out of it', async (client) => shown(await whole(client))),
  check('promise', "the promise's class, awaited twice", async (client) => {
    const call = whole(client)
    const [first, second] = await Promise.all([call, call])
    return [call.constructor.name, first, first === second]
  }),
  check(
    'promise',
    'the client, its fields and modules; `instanceof`',
    async (client) => [client instanceof GoogleGenAI, Object.keys(client), client.vertexai, typeof client.files.get],
    { books: 'unasked' },
  ),
  check('promise', 'a system instruction, a schema, a limit', async (client) =>
    shown(
      await whole(client, {
        systemInstruction: 'Be brief.',
        maxOutputTokens: 5,
        responseMimeType: 'application/json',
        responseJsonSchema: lookup.parametersJsonSchema,
      }),
    ),
  ),
  check('promise', 'tools', async (client) =>
    shown(await whole(client, { tools: [{ functionDeclarations: [lookup] }] })),
  ),
  check(
    'promise',
    'tools that the client calls itself, and its second request',
    async (client) => {
      const callTool = async () => [{ functionResponse: { name: 'lookup', response: { at: 'the door' } } }]
      const answer = await whole(client, {
        tools: [{ tool: async () => ({ functionDeclarations: [lookup] }), callTool }],
      })
      return [...shown(answer), answer.automaticFunctionCallingHistory]
    },
    { calls: 2 },
  ),
  check(
    'promise',
    '`chats`: two turns and their history',
    async (client) => {
      const chat = client.chats.create({ model: question.model })
      const answers = [await chat.sendMessage({ message: 'hi' }), await chat.sendMessage({ message: 'and?' })]
      const history: Content[] = chat.getHistory()
      return [chat.constructor.name, answers, history]
    },
    { calls: 2 },
  ),
  check(
    'promise',
    '`embedContent`',
    (client) => client.models.embedContent({ model: 'gemini-embedding-001', contents: ['one', 'two'] }),
    { books: 'counted' },
  ),
]

const streams = [
  check('stream', 'every piece, and no other', async (client) =>
    (await all(await streamed(client))).map((piece) => shown(piece as GenerateContentResponse)),
  ),
  check('stream', "the generator's methods", async (client) => {
    const stream = await streamed(client)
    const told = [typeof stream.next, typeof stream.return, typeof stream.throw, String(stream)]
    await all(stream)
    return told
  }),
  check('stream', '`chats`: a streamed turn and its history', async (client) => {
    const chat = client.chats.create({ model: question.model })
    return [await all(await chat.sendMessageStream({ message: 'hi' })), chat.getHistory()]
  }),
  check('stream', 'read twice: nothing more', async (client) => {
    const stream = await streamed(client)
    return [await all(stream), await all(stream)]
  }),
]

const endings = [
  check('ending', 'early `break`', async (client) => some(await streamed(client), 4), { books: 'counted' }),
  check('ending', 'the connection breaks in mid-stream', (client) => failing(async () => all(await streamed(client))), {
    manner: 'breaks',
    books: 'counted',
  }),
  check('ending', 'half a stream, ended in good order', (client) => failing(async () => all(await streamed(client))), {
    manner: 'stops',
    books: 'counted',
  }),
  check('ending', 'aborted in mid-stream by its signal', (client) => aborting(new AbortController())(client), {
    manner: 'hangs',
    books: 'counted',
  }),
  check(
    'ending',
    'aborted before it begins',
    (client) => failing(() => whole(client, { abortSignal: AbortSignal.abort() })),
    {
      books: 'unasked',
    },
  ),
  check('ending', 'no answer in time', (client) => failing(() => whole(client)), {
    manner: 'silent',
    timeout: 60,
    maxRetries: 0,
    books: 'counted',
  }),
  check('ending', 'two failures, then an answer: three tries, one call', async (client) => shown(await whole(client)), {
    manner: { status: 500, times: 2 },
  }),
  check('ending', '429, then a stream', async (client) => all(await streamed(client)), {
    manner: { status: 429, times: 1 },
  }),
  check('ending', 'no usage told', async (client) => all(await streamed(client)), {
    manner: 'no-usage',
    books: 'counted',
  }),
  check(
    'ending',
    'a stream that never ends: cut when the hold is used up',
    (client) =>
      failing(async () => {
        let count = 0
        for await (const _ of await streamed(client)) if (++count === 2000) break
        return 'left'
      }),
    { manner: 'endless', books: 'counted', differs: (seen) => (seen as { code?: unknown }).code === 'BUDGET_EXCEEDED' },
  ),
]

const refused = (status: number, name: string) =>
  check('error', name, (client) => failing(() => whole(client)), { manner: { status }, maxRetries: 0, books: 'free' })

const errors = [
  refused(400, '400: too long a context'),
  refused(401, '401'),
  refused(404, '404'),
  refused(429, '429'),
  refused(500, '500'),
  check('error', 'the last of three tries fails too', (client) => failing(() => whole(client)), {
    manner: { status: 503 },
    books: 'free',
  }),
  check('error', 'an error before a stream', (client) => failing(() => streamed(client)), {
    manner: { status: 503 },
    maxRetries: 0,
    books: 'free',
  }),
  check(
    'error',
    "the error's class",
    async (client) => {
      try {
        return await whole(client)
      } catch (thrown) {
        return [thrown instanceof ApiError, Object.getPrototypeOf(thrown) === ApiError.prototype]
      }
    },
    { manner: { status: 400 }, maxRetries: 0, books: 'free' },
  ),
  check('error', 'an answer that is no JSON', (client) => failing(() => whole(client)), {
    manner: 'nonsense',
    maxRetries: 0,
    books: 'counted',
  }),
  check('error', 'a page instead of an answer', (client) => failing(() => whole(client)), {
    manner: 'html',
    maxRetries: 0,
    books: 'counted',
  }),
  check(
    'error',
    'arguments that the client rejects',
    (client) => failing(() => client.models.generateContent({ model: '', contents: [] })),
    {
      books: 'free',
    },
  ),
  check(
    'error',
    'no arguments at all',
    (client) => failing(() => Reflect.apply(client.models.generateContent, client.models, [])),
    {
      books: 'unasked',
    },
  ),
]

export const googleFamily: Family = {
  subjects: [google],
  checks: [...promises, ...streams, ...endings, ...errors],
  types: '`wrap(client)` is of the very type of `client`',
}
