/** Every other way in which a call may end, and what it throws. */
import { all, type Check, failing, some, streamOf } from './check.ts'

export const endingChecks: readonly Check[] = [
  {
    surface: 'ending',
    name: 'early `break`',
    books: 'counted',
    see: async (kind, client) => {
      const stream = await streamOf(kind, client)
      return [await some(stream, 4), stream.controller.signal.aborted]
    },
  },
  {
    surface: 'ending',
    name: 'the connection breaks in mid-stream',
    manner: 'breaks',
    books: 'counted',
    see: async (kind, client) => {
      const stream = await streamOf(kind, client)
      return failing(() => all(stream))
    },
  },
  {
    surface: 'ending',
    name: 'half a stream, ended in good order',
    manner: 'stops',
    books: 'counted',
    see: async (kind, client) => failing(async () => all(await streamOf(kind, client))),
  },
  {
    surface: 'ending',
    name: 'aborted in mid-stream by its signal',
    manner: 'hangs',
    books: 'counted',
    see: async (kind, client) => {
      const controller = new AbortController()
      const pieces: unknown[] = []
      const end = await failing(async () => {
        for await (const piece of await streamOf(kind, client, { signal: controller.signal })) {
          pieces.push(piece)
          if (kind.textOf(piece) === ' is') controller.abort()
        }
      })
      return [pieces, end]
    },
  },
  {
    surface: 'ending',
    name: 'aborted in mid-stream by `controller.abort()`',
    manner: 'hangs',
    books: 'counted',
    see: async (kind, client) => {
      const stream = await streamOf(kind, client)
      return failing(async () => {
        for await (const piece of stream) if (kind.textOf(piece) === ' is') stream.controller.abort()
      })
    },
  },
  {
    surface: 'ending',
    name: 'aborted before it begins',
    books: 'unasked',
    see: (kind, client) => failing(() => kind.ask(client, {}, { signal: AbortSignal.abort() })),
  },
  {
    surface: 'ending',
    name: 'no answer in time',
    manner: 'silent',
    timeout: 60,
    maxRetries: 0,
    books: 'counted',
    see: (kind, client) => failing(() => kind.ask(client)),
  },
  {
    surface: 'ending',
    name: 'helper aborted',
    manner: 'hangs',
    books: 'counted',
    see: (kind, client) =>
      failing(async () => {
        const helper = kind.helper(client)
        helper.on(kind.kind === 'openai' ? 'content' : 'text', () => helper.abort())
        for await (const _ of helper);
      }),
  },
  {
    surface: 'ending',
    name: 'two failures, then an answer: three tries, one call',
    manner: { status: 500, times: 2, retryAfter: '0' },
    maxRetries: 2,
    see: (kind, client) => kind.ask(client),
  },
  {
    surface: 'ending',
    name: '429 with Retry-After, then a stream',
    manner: { status: 429, times: 1, retryAfter: '0' },
    maxRetries: 1,
    see: async (kind, client) => all(await streamOf(kind, client)),
  },
  {
    surface: 'ending',
    name: 'no usage told',
    manner: 'no-usage',
    books: 'counted',
    see: async (kind, client) => all(await streamOf(kind, client)),
  },
  {
    surface: 'ending',
    name: 'a stream that never ends: cut when the hold is used up',
    manner: 'endless',
    books: 'counted',
    differs: (seen) => (seen as { code?: unknown }).code === 'BUDGET_EXCEEDED',
    see: async (kind, client) => {
      const stream = await streamOf(kind, client)
      return failing(async () => {
        let count = 0
        for await (const _ of stream) if (++count === 2000) break
        return 'left'
      })
    },
  },
]

const refused = (status: number, name: string): Check => ({
  surface: 'error',
  name,
  manner: { status },
  maxRetries: 0,
  books: 'free',
  see: (kind, client) => failing(() => kind.ask(client)),
})

export const errorChecks: readonly Check[] = [
  refused(400, '400: too long a context'),
  refused(401, '401'),
  refused(404, '404'),
  refused(429, '429 without Retry-After'),
  refused(500, '500'),
  refused(529, '529'),
  {
    surface: 'error',
    name: 'an error before a stream',
    manner: { status: 503 },
    maxRetries: 0,
    books: 'free',
    see: (kind, client) => failing(() => streamOf(kind, client)),
  },
  {
    surface: 'error',
    name: 'an answer that is no JSON',
    manner: 'nonsense',
    maxRetries: 0,
    books: 'counted',
    see: (kind, client) => failing(() => kind.ask(client)),
  },
  {
    surface: 'error',
    name: 'a page instead of an answer',
    manner: 'html',
    maxRetries: 0,
    books: 'counted',
    see: (kind, client) => failing(() => kind.ask(client)),
  },
  {
    surface: 'error',
    name: 'options that the client rejects',
    books: 'free',
    see: (kind, client) => failing(() => kind.ask(client, {}, { maxRetries: -1, timeout: -1 })),
  },
  {
    surface: 'error',
    name: 'no arguments at all',
    books: 'unasked',
    see: (_, client) =>
      failing(() => {
        const { chat, messages } = client as {
          chat?: { completions: { create(): unknown } }
          messages?: { create(): unknown }
        }
        return (chat?.completions ?? messages)?.create()
      }),
  },
]
