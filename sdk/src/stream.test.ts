import { Readable } from 'node:stream'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'
import { type Handle, outrider } from './index.ts'

let catcher: Catcher
let handle: Handle

beforeEach(async () => {
  catcher = await startCatcher()
  handle = outrider.start({ service: 'stream-test', collector: catcher.url })
})
afterEach(async () => {
  await handle.shutdown()
  await catcher[Symbol.asyncDispose]()
})

const model = async () => {
  await handle.flush()
  return catcher.span('chat m')
}
const ttft = 'gen_ai.response.time_to_first_chunk'

async function* words(...list: string[]) {
  for (const word of list) yield word
}

describe('async generators', () => {
  it('end the span at their end, with time to the first chunk and what was told on the way', async () => {
    const stream = outrider.model('m', async function* (call) {
      yield 'a'
      yield 'b'
      call.usage({ outputTokens: 2 })
    })
    await handle.flush()
    expect(catcher.spans).toEqual([])
    const seen = []
    for await (const word of stream) seen.push(word)
    expect(seen).toEqual(['a', 'b'])
    const span = await model()
    expect(span.attributes['gen_ai.usage.output_tokens']).toBe(2)
    expect(span.attributes['gen_ai.request.stream']).toBe(true)
    expect(span.attributes[ttft]).toBeTypeOf('number')
    expect(span.status.code).toBe(1)
  })

  it('measure the first chunk, not the stream', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const opened = performance.now()
    const stream = outrider.model('m', async function* () {
      yield 'first'
      await gate
      yield 'second'
    })
    await stream.next()
    const got = performance.now()
    while (performance.now() - got < 20);
    release()
    await stream.next()
    await stream.next()
    expect((await model()).attributes[ttft]).toBeLessThanOrEqual((got - opened) / 1000)
  })

  it('end the span when they are broken out of', async () => {
    const stream = outrider.agent('a', () => words('a', 'b', 'c'))
    for await (const word of stream) if (word === 'b') break
    await handle.flush()
    expect(catcher.span('invoke_agent a').attributes['outrider.stop_reason']).toBe('cancelled')
  })

  it('end the span when they fail, and fail alike', async () => {
    const error = new RangeError('mid stream')
    const stream = outrider.model('m', async function* () {
      yield 'a'
      throw error
    })
    const read = async () => {
      for await (const _ of stream);
    }
    await expect(read()).rejects.toBe(error)
    expect(await model()).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'RangeError' } })
  })

  it('run their verbs inside the span, wherever they are read', async () => {
    const stream = outrider.agent('a', async function* () {
      yield outrider.tool('inside', () => 1)
    })
    await outrider.run('reader', async () => {
      for await (const _ of stream);
    })
    await handle.flush()
    expect(catcher.span('execute_tool inside').parentSpanId).toBe(catcher.span('invoke_agent a').spanId)
  })

  it('keep return values and thrown-in errors', async () => {
    const make = () =>
      outrider.tool('t', async function* (): AsyncGenerator<number, string, unknown> {
        try {
          yield 1
        } catch {
          yield 2
        }
        return 'done'
      })
    const stream = make()
    await stream.next()
    expect(await stream.throw(new Error('in'))).toEqual({ value: 2, done: false })
    expect(await stream.next()).toEqual({ value: 'done', done: true })
    const left = make()
    expect(await left.return('early')).toEqual({ value: 'early', done: true })
  })
})

describe('other streams', () => {
  it('are the same object with the same methods', async () => {
    const stream = Object.assign(new ReadableStream(), { extra: () => 'kept' })
    expect(outrider.model('m', () => stream)).toBe(stream)
    expect(stream.extra()).toBe('kept')
    await stream.cancel()
  })

  const web = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('chunk'))
        controller.close()
      },
    })
  const readers: [string, (stream: ReadableStream<Uint8Array>) => Promise<unknown>][] = [
    [
      'iterated',
      async (stream) => {
        for await (const _ of stream);
      },
    ],
    [
      'read by a reader',
      async (stream) => {
        const reader = stream.getReader()
        while (!(await reader.read()).done);
      },
    ],
    ['piped', (stream) => stream.pipeTo(new WritableStream())],
    ['made a response', (stream) => new Response(stream).text()],
    ['cancelled', (stream) => stream.cancel()],
    ['teed', (stream) => Promise.all(stream.tee().map((half) => new Response(half).text()))],
  ]
  it.each(readers)('a web stream that is %s ends the span', async (how, read) => {
    await read(outrider.model('m', web))
    await new Promise((resolve) => setImmediate(resolve))
    const span = await model()
    if (how === 'iterated' || how === 'read by a reader') expect(span.attributes[ttft]).toBeTypeOf('number')
  })

  it('a Node stream ends the span when it closes, however it is read', async () => {
    const stream = outrider.model('m', () => Readable.from(['a', 'b']))
    await new Promise((resolve) => stream.on('data', () => {}).on('close', resolve))
    expect((await model()).status.code).toBe(1)
  })

  it('a broken Node stream is an error of the span, and stays the application’s to handle', async () => {
    const stream = outrider.model('m', () => new Readable({ read() {} }))
    expect(stream.listenerCount('error')).toBe(0)
    const closed = new Promise((resolve) => stream.on('error', () => {}).on('close', resolve))
    stream.destroy(new RangeError('broken'))
    await closed
    expect((await model()).attributes['error.type']).toBe('RangeError')
  })

  it('an object that cannot be changed ends the span at once and is returned as it is', async () => {
    const frozen = Object.freeze({ [Symbol.asyncIterator]: () => words('a') })
    expect(outrider.model('m', () => frozen)).toBe(frozen)
    expect((await model()).status.code).toBe(1)
  })
})

describe('the openai client', () => {
  const client = (body: () => string, type: string) =>
    new OpenAI({
      apiKey: 'none',
      maxRetries: 0,
      fetch: async () => new Response(body(), { headers: { 'content-type': type } }),
    })
  const chunk = (content: string) =>
    `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}\n\n`
  const sse = () => client(() => `${chunk('a')}${chunk('b')}data: [DONE]\n\n`, 'text/event-stream')
  const ask = { model: 'm', messages: [] }

  it('keeps its promise class with withResponse and asResponse', async () => {
    const openai = client(() => JSON.stringify({ id: 'x', choices: [] }), 'application/json')
    const promise = outrider.model('m', () => openai.chat.completions.create(ask))
    const { data, response } = await promise.withResponse()
    expect([data.id, response.status]).toEqual(['x', 200])
    expect((await promise.asResponse()).status).toBe(200)
    expect((await model()).status.code).toBe(1)
  })

  it('keeps its stream class, with controller, tee and toReadableStream', async () => {
    const stream = await outrider.model('m', () => sse().chat.completions.create({ ...ask, stream: true }))
    expect(stream.controller).toBeInstanceOf(AbortController)
    expect([typeof stream.tee, typeof stream.toReadableStream]).toEqual(['function', 'function'])
    const words = []
    for await (const part of stream) words.push(part.choices[0]?.delta.content)
    expect(words).toEqual(['a', 'b'])
    expect((await model()).attributes[ttft]).toBeTypeOf('number')
  })

  it('ends the span when its stream is left early', async () => {
    const stream = await outrider.model('m', () => sse().chat.completions.create({ ...ask, stream: true }))
    for await (const _ of stream) break
    expect((await model()).attributes[ttft]).toBeTypeOf('number')
  })

  it('tells its abort as cancelled and its timeout as timeout', async () => {
    const openai = new OpenAI({
      apiKey: 'none',
      maxRetries: 0,
      timeout: 20,
      fetch: (_, init) =>
        new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
    })
    const reason = async (name: string, signal?: AbortSignal) => {
      await outrider
        .agent(name, () => openai.chat.completions.create(ask, { signal }))
        .then(
          () => expect.unreachable(),
          () => {},
        )
      await handle.flush()
      return catcher.span(`invoke_agent ${name}`).attributes['outrider.stop_reason']
    }
    expect(await reason('aborted', AbortSignal.abort())).toBe('cancelled')
    expect(await reason('late')).toBe('timeout')
  })
})

describe('streams that nobody reads', () => {
  it('end their span when they are collected', async () => {
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    ;(() => void outrider.agent('forgotten', () => words('a')))()
    while (!catcher.spans.some(({ name }) => name === 'invoke_agent forgotten')) {
      await new Promise((resolve) => setImmediate(resolve))
      gc()
      await handle.flush()
    }
    expect(catcher.span('invoke_agent forgotten').attributes['outrider.stop_reason']).toBe('cancelled')
  })
})
