/** On a wire that answers as the test says; the real guards have their own tests. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Governor } from './admission.ts'
import { createGuardClient, type StreamRequest } from './guard-client.ts'
import { guardStream, guardWhole } from './guard-stream.ts'

type Said = { readonly status?: number; readonly body?: object } | 'resets'

const requests: StreamRequest[] = []
let answer: (request: StreamRequest) => Said | Promise<Said>
let skipped = 0

/** Shouts, and gives out whole words: what came after the last blank is held back. */
const words = new Map<string, string>()
const shout = ({ id, at, text, end, released = 0 }: StreamRequest): Said => {
  const before = at === 0 ? '' : words.get(id)
  if (before === undefined || before.length !== at) return { status: 409, body: {} }
  const whole = before + text
  words.set(id, whole)
  const cut = (of: string) => of.lastIndexOf(' ') + 1
  const until = end ? whole.length : cut(whole)
  const from = at === 0 ? released : cut(before)
  return { body: { action: 'redact', text: whole.slice(from, until).toUpperCase(), until, findings: [] } }
}

const server = createServer(async (request, response) => {
  const body = (await json(request)) as StreamRequest
  requests.push(body)
  const said = await answer(body)
  if (said === 'resets') return request.socket.resetAndDestroy()
  response.writeHead(said.status ?? 200).end(JSON.stringify(said.body ?? {}))
})

beforeEach(async () => {
  requests.splice(0)
  words.clear()
  answer = shout
  skipped = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const place = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), agent: 'desk' }
function open(choice: 'allow' | 'deny' | 'none' = 'deny', answerMillis = 5000) {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const guards = createGuardClient({ base, headers: {} }, { answerMillis })
  const onUnavailable = choice === 'none' ? undefined : choice
  const governor = { guards, onUnavailable, base, closed: false } as Governor
  const parts = {
    governor,
    skipped() {
      skipped += 1
    },
  }
  return guardStream(parts, { kind: 'text', place })
}

describe('a guarded stream', () => {
  it('hands on what the collector gives, and says where each chunk begins and ends', async () => {
    const stream = open()
    const out = [await stream.push('one tw'), await stream.push('o three'), await stream.push(''), await stream.end()]
    expect(out).toEqual(['ONE ', 'TWO ', '', 'THREE'])
    expect(requests.map(({ at, text, end }) => [at, text, end])).toEqual([
      [0, 'one tw', undefined],
      [6, 'o three', undefined],
      [13, '', true],
    ])
    const { id } = requests[0] as StreamRequest
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    for (const request of requests) expect(request).toMatchObject({ ...place, id, kind: 'text', direction: 'output' })
  })

  it('asks nobody before there is a text', async () => {
    const stream = open()
    expect([await stream.push(''), await stream.end(), requests.length]).toEqual(['', '', 0])
  })

  it('has one request under way; what comes meanwhile goes out as one, in order', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    answer = async (request) => {
      arrived.resolve()
      await promise
      return shout(request)
    }
    const stream = open()
    const first = stream.push('a ')
    await arrived.promise
    const later = ['b ', 'c ', 'd '].map((text) => stream.push(text))
    const end = stream.end()
    await turn()
    expect(requests).toHaveLength(1)
    resolve()
    expect(await Promise.all([first, ...later, end])).toEqual(['A ', 'B C D ', '', '', ''])
    expect(requests.map(({ at, text, end }) => [at, text, end])).toEqual([
      [0, 'a ', undefined],
      [2, 'b c d ', true],
    ])
  })

  it('a whole text is one request', async () => {
    expect(await guardWhole(open(), 'hello world')).toBe('HELLO WORLD')
    expect(requests).toHaveLength(1)
  })

  it('after a loss it sends the same again, and it is heard once', async () => {
    let tries = 0
    answer = (request) => (++tries === 2 ? 'resets' : tries === 3 ? { status: 503 } : shout(request))
    const stream = open()
    expect((await stream.push('one tw')) + (await stream.push('o x')) + (await stream.end())).toBe('ONE TWO X')
    expect(requests[2]).toEqual(requests[1])
    expect(requests[3]).toEqual(requests[1])
  })

  it('a collector that knows nothing any more gets all of it, and goes on where the last one was', async () => {
    const stream = open()
    const before = await stream.push('one two th')
    words.clear()
    expect(before + (await stream.push('ree four')) + (await stream.end())).toBe('ONE TWO THREE FOUR')
    expect(requests.map(({ at, text, released }) => [at, text, released])).toEqual([
      [0, 'one two th', undefined],
      [10, 'ree four', undefined],
      [0, 'one two three four', 8],
      [18, '', undefined],
    ])
  })

  it('a block is a denial with its reasons, now and from then on', async () => {
    const reason = { rule: 'pii/card', code: 'GUARD_BLOCKED', message: 'A card number.', retryable: false }
    answer = () => ({ body: { action: 'block', text: '', until: 0, findings: [], reasons: [reason] } })
    const stream = open()
    void stream.push('one ')
    for (const work of [stream.push('two'), stream.end()])
      await expect(work).rejects.toMatchObject({
        name: 'DeniedError',
        code: 'GUARD_BLOCKED',
        reasons: [reason],
        traceUrl: expect.stringContaining(`/runs/${place.traceId}`),
      })
    expect(requests).toHaveLength(1)
  })

  it.each<[string, Said]>([
    ['away', 'resets'],
    ['of another version', { status: 404 }],
    ['not itself', { body: { hello: 1 } }],
  ])('a collector that is %s: `deny` ends the text', async (_, said) => {
    const stream = open('deny', 100)
    expect(await stream.push('one tw')).toBe('ONE ')
    answer = () => said
    await expect(stream.push('o three ')).rejects.toMatchObject({ name: 'DeniedError', code: 'GATE_UNAVAILABLE' })
    answer = shout
    await expect(stream.end()).rejects.toMatchObject({ code: 'GATE_UNAVAILABLE' })
    expect(skipped).toBe(0)
  })

  it.each<[string, Said]>([
    ['away', 'resets'],
    ['of another version', { status: 404 }],
  ])('a collector that is %s: `allow` hands on the rest as it came, and marks that', async (_, said) => {
    const stream = open('allow', 100)
    expect(await stream.push('one tw')).toBe('ONE ')
    answer = () => said
    expect([await stream.push('o thr'), await stream.push('ee'), await stream.end()]).toEqual(['two thr', 'ee', ''])
    expect(skipped).toBe(1)
  })

  it('a collector that hangs is waited for once, not by every text of an answer', async () => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = createGuardClient({ base, headers: {} }, { answerMillis: 50 })
    answer = () => new Promise(() => {})
    const request = { id: 'stream-1', at: 0, text: 'x', kind: 'text', direction: 'output', ...place } as const
    expect(await client.stream(request)).toMatchObject({ kind: 'unavailable', retryable: true })
    expect(await client.stream(request)).toMatchObject({ kind: 'unavailable', why: 'no answer lately' })
    expect(requests).toHaveLength(1)
  })

  it('where the choice is not made it says which', async () => {
    answer = () => ({ status: 404 })
    await expect(open('none', 100).push('x ')).rejects.toMatchObject({
      name: 'SettingError',
      field: 'onUnavailable',
    })
  })
})
