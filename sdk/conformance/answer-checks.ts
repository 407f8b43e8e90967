/** Promises and streams, read to their end. */
import { all, type Check, failing, type Stream, streamOf } from './check.ts'
import type { Kind } from './client.ts'

type Promised = Promise<object> & {
  withResponse(): Promise<{ data: object; response: Response; request_id: string }>
  asResponse(): Promise<Response>
}
const promised = (kind: Kind, client: object, more?: object) => kind.ask(client, more) as Promised

export const promiseChecks: readonly Check[] = [
  {
    surface: 'promise',
    name: 'the answer, `_request_id` and all',
    see: async (kind, client) => {
      const answer = (await kind.ask(client)) as object
      return [answer, Reflect.get(answer, '_request_id'), Object.keys(answer)]
    },
  },
  {
    surface: 'promise',
    name: "the client's own promise class, and its methods",
    see: async (kind, client) => {
      const call = kind.ask(client)
      const methods = ['then', 'catch', 'finally', 'withResponse', 'asResponse', '_thenUnwrap', 'parse']
      const told = [
        call.constructor.name,
        call instanceof Promise,
        methods.map((name) => typeof Reflect.get(call, name)),
      ]
      await call
      return told
    },
  },
  {
    surface: 'promise',
    name: '`.withResponse()`',
    see: async (kind, client) => {
      const { data, response, request_id } = await promised(kind, client).withResponse()
      return [data, response.status, response instanceof Response, response.headers.get('content-type'), request_id]
    },
  },
  {
    surface: 'promise',
    name: '`.asResponse()`, its body read as JSON',
    see: async (kind, client) => {
      const response = await promised(kind, client).asResponse()
      return [response.status, response.url.replace(/^.*\/v1/, ''), await response.json(), response.bodyUsed]
    },
  },
  {
    surface: 'promise',
    name: 'awaited twice, and by `then` and `finally`',
    see: async (kind, client) => {
      const call = kind.ask(client)
      let after = 0
      const [first, second] = await Promise.all([call, call.then((value) => value).finally(() => (after += 1))])
      return [first, first === second, after]
    },
  },
  {
    surface: 'promise',
    name: '`instanceof`, `constructor`, `withOptions()`',
    see: async (kind, client) => {
      const other = (client as { withOptions(options: object): object }).withOptions({ maxRetries: 1 })
      const answer = await kind.ask(other)
      return [
        client instanceof kind.constructed,
        other instanceof kind.constructed,
        Reflect.get(other, 'maxRetries'),
        answer,
      ]
    },
  },
  {
    surface: 'promise',
    name: 'tools',
    see: (kind, client) => {
      const schema = { type: 'object', properties: { order: { type: 'number' } } }
      const openai = { type: 'function', function: { name: 'lookup', parameters: schema } }
      const anthropic = { name: 'lookup', input_schema: schema }
      return kind.ask(client, { tools: [kind.kind === 'openai' ? openai : anthropic] })
    },
  },
]

export const streamChecks: readonly Check[] = [
  {
    surface: 'stream',
    name: 'every piece, and no other',
    see: async (kind, client) => all(await streamOf(kind, client)),
  },
  {
    surface: 'stream',
    name: 'the stream class, `controller`, `tee`, `toReadableStream`',
    see: async (kind, client) => {
      const stream = await streamOf(kind, client)
      const told = [
        stream.constructor.name,
        stream.controller instanceof AbortController,
        typeof stream.tee,
        typeof stream.toReadableStream,
      ]
      await all(stream)
      return told
    },
  },
  {
    surface: 'stream',
    name: '`tee()`, both read',
    see: async (kind, client) => {
      const [left, right] = (await streamOf(kind, client)).tee()
      return await Promise.all([all(left), all(right)])
    },
  },
  {
    surface: 'stream',
    name: '`toReadableStream()`',
    see: async (kind, client) => await new Response((await streamOf(kind, client)).toReadableStream()).text(),
  },
  {
    surface: 'stream',
    name: '`.stream()` helper with events',
    see: async (kind, client) => {
      const heard: unknown[] = []
      const helper = kind.helper(client)
      for (const event of ['content', 'text', 'connect', 'end', 'finalMessage', 'finalChatCompletion'])
        helper.on(event, (...args: unknown[]) => heard.push([event, ...args]))
      const pieces = await all(helper)
      return [helper.constructor.name, heard, pieces.length]
    },
  },
  {
    surface: 'stream',
    name: '`.withResponse()` of a stream',
    see: async (kind, client) => {
      const call = kind.stream(client) as Promised
      const { data, response } = await call.withResponse()
      return [await all(data as Stream), response.status]
    },
  },
  {
    surface: 'stream',
    name: '`.asResponse()` of a stream, read as bytes',
    see: async (kind, client) => {
      const response = await (kind.stream(client) as Promised).asResponse()
      let text = ''
      const decoder = new TextDecoder()
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk)
      // the usage that was asked for on top is not taken out of bytes
      return kind.kind === 'openai' ? text.replaceAll(/,"usage":null|data: [^\n]*"choices":\[\][^\n]*\n\n/g, '') : text
    },
  },
  {
    surface: 'stream',
    name: 'read twice: the same error',
    see: async (kind, client) => {
      const stream = await streamOf(kind, client)
      await all(stream)
      return failing(() => all(stream))
    },
  },
]
