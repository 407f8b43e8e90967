import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'
import { mayPass, retryAfterOf } from './fault.ts'
import { DeniedError, type Handle, outrider, type Try } from './index.ts'

let catcher: Catcher
let handle: Handle
/** When each try began, milliseconds from the start. */
let began: number[]
let start: number

beforeEach(async () => {
  catcher = await startCatcher()
  handle = outrider.start({ service: 'resilient-test', collector: catcher.url })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.spyOn(Math, 'random').mockReturnValue(0)
  began = []
  start = Date.now()
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await handle.shutdown()
  await catcher[Symbol.asyncDispose]()
})

const failure = (status: number, headers: Record<string, string> = {}) =>
  Object.assign(new Error('the provider says no'), { status, headers: new Headers(headers) })
const denial = (code: 'BUDGET_EXCEEDED' | 'CIRCUIT_OPEN') =>
  new DeniedError([{ rule: 'cap', code, message: 'no', retryable: true }], '')
/** Fails as told, try by try, and then answers. */
const failing = (...failures: unknown[]) =>
  function research(question: string, { attempt, model }: Try): string {
    began.push(Date.now() - start)
    if (attempt <= failures.length) throw failures[attempt - 1]
    return `${question} by ${model ?? 'the usual model'}`
  }
/** Lets time pass until the work is done. */
async function over<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  await vi.runAllTimersAsync()
  return work
}
const tries = async () => {
  vi.useRealTimers()
  await handle.flush()
  const spans = catcher.spans.filter(({ name }) => name.startsWith('invoke_agent'))
  return spans
    .toSorted((a, b) => Number(a.attributes['outrider.attempt']) - Number(b.attributes['outrider.attempt']))
    .map(({ spanId, attributes, traceId }) => ({
      ...{ spanId, traceId, attempt: attributes['outrider.attempt'], retryOf: attributes['outrider.retry_of'] },
      ...{ fallbackOf: attributes['outrider.fallback_of'], stop: attributes['outrider.stop_reason'] },
      ...{ circuit: attributes['outrider.circuit'], error: attributes['error.type'] },
    }))
}

describe('tries', () => {
  it('again after 1, 2 and 4 s, each a span that names the one before', async () => {
    const research = outrider.resilient(failing(failure(500), failure(503), failure(429)))
    expect(await over(research('why?'))).toBe('why? by the usual model')
    expect(began).toEqual([0, 1000, 3000, 7000])
    const told = await tries()
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
    expect(told.map(({ retryOf }) => retryOf)).toEqual([undefined, ...told.slice(0, 3).map(({ spanId }) => spanId)])
    expect(new Set(told.map(({ traceId }) => traceId)).size).toBe(1)
    expect(told.map(({ stop }) => stop)).toEqual(['error', 'error', 'error', 'completed'])
    expect(catcher.span('invoke_workflow research').traceId).toBe(told[0]?.traceId)
  })

  it('at most so often, and throws what the last one threw', async () => {
    const last = failure(502)
    const research = outrider.resilient(failing(failure(500), last), { retry: [10] })
    await expect(over(research('why?'))).rejects.toBe(last)
    expect(began).toEqual([0, 10])
  })

  it('a little later at random, never earlier', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    await over(outrider.resilient(failing(failure(500)), { retry: [1000] })('why?'))
    expect(began).toEqual([0, 1250])
  })

  it.each([
    [{ 'retry-after': '5' }, 5000],
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after': '0' }, 1000],
  ])('not before the provider lets it: %j', async (headers, at) => {
    await over(outrider.resilient(failing(failure(429, headers)))('why?'))
    expect(began).toEqual([0, at])
  })

  it('does not wait for a Retry-After beyond its patience', async () => {
    const research = outrider.resilient(failing(failure(429, { 'retry-after': '3600' })), { fallback: ['small'] })
    expect(await over(research('why?'))).toBe('why? by small')
    expect(began).toEqual([0, 0])
  })

  it.each([
    ['a denial', denial('BUDGET_EXCEEDED')],
    ['an abort', new DOMException('enough', 'AbortError')],
  ])('%s once, and asks no fallback', async (_, thrown) => {
    const research = outrider.resilient(failing(thrown), { fallback: ['small'] })
    await expect(over(research('why?'))).rejects.toBe(thrown)
    expect(began).toEqual([0])
  })

  it('ends with the signal, also between two tries', async () => {
    const stop = new AbortController()
    const research = outrider.resilient(failing(failure(500)), { fallback: ['small'] })
    const work = research('why?', { signal: stop.signal })
    work.catch(() => {})
    await vi.advanceTimersByTimeAsync(500)
    stop.abort(new Error('enough'))
    await expect(work).rejects.toThrow('enough')
    await vi.runAllTimersAsync()
    expect(began).toEqual([0])
  })

  it('gives up a try that takes too long, and tells it to stop', async () => {
    let stopped = false
    const slow = async (_: string, { attempt, signal }: Try) => {
      if (attempt === 2) return 'in time'
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      stopped = true
      return 'late'
    }
    const research = outrider.resilient(slow, { name: 'research', timeoutMs: 100, retry: [1000] })
    expect(await over(research('why?'))).toBe('in time')
    expect(stopped).toBe(true)
    expect((await tries()).map(({ stop }) => stop)).toEqual(['timeout', 'completed'])
  })
})

describe('fallbacks', () => {
  it('take their turn in order, and name whom they stand in for', async () => {
    const down = () => {
      throw failure(500)
    }
    const helper = (question: string) => `${question} by a helper`
    const research = outrider.resilient(down, { name: 'research', retry: [1], fallback: ['small', helper] })
    expect(await over(research('why?'))).toBe('why? by a helper')
    const told = await tries()
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5])
    const ids = told.map(({ spanId }) => spanId)
    expect(told.map(({ retryOf }) => retryOf)).toEqual([undefined, ids[0], undefined, ids[2], undefined])
    expect(told.map(({ fallbackOf }) => fallbackOf)).toEqual([undefined, undefined, ids[1], undefined, ids[3]])
  })
})

describe('the breaker', () => {
  it('leaves alone what failed again and again, and tries once after a rest', async () => {
    let well = false
    const agent = () => {
      began.push(Date.now() - start)
      if (!well) throw failure(500)
      return 'well'
    }
    const options = { name: 'research', retry: [], breaker: { failures: 2, restMs: 600_000 } }
    const research = outrider.resilient(agent, options)
    for (const _ of [1, 2]) await expect(over(research('why?'))).rejects.toMatchObject({ status: 500 })
    expect(research.circuits()).toEqual([{ name: 'research', state: 'open' }])
    const refusal = {
      name: 'DeniedError',
      code: 'CIRCUIT_OPEN',
      retryable: true,
      reasons: [{ rule: 'breaker:research' }],
    }
    await expect(over(research('why?'))).rejects.toMatchObject(refusal)
    expect(began).toHaveLength(2)
    well = true
    await vi.advanceTimersByTimeAsync(600_000)
    expect(await over(research('why?'))).toBe('well')
    expect(research.circuits()).toEqual([{ name: 'research', state: 'closed' }])
    const told = await tries()
    expect(told.map(({ stop }) => stop).toSorted()).toEqual(['circuit_open', 'completed', 'error', 'error'])
    expect(
      told
        .filter(({ circuit }) => circuit === 'open')
        .map(({ stop }) => stop)
        .toSorted(),
    ).toContain('circuit_open')
  })

  it('hands over to the fallback at once', async () => {
    const agent = (_: string, { model }: Try) => {
      if (model === undefined) throw failure(500)
      return model
    }
    const options = { retry: [], fallback: ['small'], breaker: { failures: 1, restMs: 600_000 } }
    const research = outrider.resilient(agent, options)
    expect([await over(research('1')), await over(research('2'))]).toEqual(['small', 'small'])
    expect(research.circuits().map(({ state }) => state)).toEqual(['open', 'closed'])
  })

  it.each([
    ['a refused input', failure(400)],
    ['a denial', denial('BUDGET_EXCEEDED')],
  ])('is not for %s', async (_, thrown) => {
    const options = { retry: [], breaker: { failures: 1, restMs: 600_000 } }
    const research = outrider.resilient(failing(thrown), options)
    await expect(over(research('why?'))).rejects.toBe(thrown)
    expect(research.circuits().map(({ state }) => state)).toEqual(['closed'])
  })
})

describe('a failure', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  it.each([
    [failure(500), true],
    [failure(408), true],
    [failure(409), true],
    [failure(429), true],
    [failure(400), false],
    [failure(401), false],
    [failure(500, { 'x-should-retry': 'false' }), false],
    [failure(400, { 'x-should-retry': 'true' }), true],
    [Object.assign(new Error('ai'), { isRetryable: false, statusCode: 500 }), false],
    [Object.assign(new Error('ai'), { statusCode: 503 }), true],
    [Object.assign(new Error('fetch'), { response: { status: 404 } }), false],
    [new SyntaxError('no JSON'), true],
    [new DOMException('late', 'TimeoutError'), true],
    [denial('CIRCUIT_OPEN'), false],
    ['a text', true],
    [undefined, true],
  ])('may pass: %o %s', (thrown, expected) => expect(mayPass(thrown)).toBe(expected))

  it.each([
    [failure(429, { 'retry-after': '2' }), 2000],
    [failure(429, { 'retry-after': 'Sat, 21 Nov 2026 12:00:03 GMT' }), 3000],
    [failure(429, { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }), 0],
    [failure(429, { 'retry-after': 'soon' }), undefined],
    [failure(429), undefined],
    [{ responseHeaders: { 'retry-after': '4' } }, 4000],
    [null, undefined],
  ])('asks to wait: %o %s', (thrown, expected) => expect(retryAfterOf(thrown, now)).toBe(expected))

  it('may have getters that throw', () => {
    const trap = () => {
      throw new Error('do not look')
    }
    const hostile = new Proxy(new Error('x'), { get: trap })
    expect(mayPass(hostile)).toBe(true)
    expect(retryAfterOf(hostile, now)).toBeUndefined()
  })
})
