import { trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'
import { type Handle, outrider } from './index.ts'

let catcher: Catcher
let handle: Handle

beforeEach(async () => {
  catcher = await startCatcher()
  handle = outrider.start({ service: 'ends-test', collector: catcher.url })
})
afterEach(async () => {
  await handle.shutdown()
  await catcher[Symbol.asyncDispose]()
})

describe('how runs and agents end', () => {
  const abort = () => new DOMException('stopped', 'AbortError')
  const cases: [string, () => unknown, string, string][] = [
    ['plain error', () => new RangeError('no'), 'error', 'RangeError'],
    ['abort', abort, 'cancelled', 'AbortError'],
    ['timeout', () => new DOMException('late', 'TimeoutError'), 'timeout', 'TimeoutError'],
    ['abort as cause', () => new TypeError('fetch failed', { cause: abort() }), 'cancelled', 'TypeError'],
    ['a text', () => 'just a text', 'error', 'string'],
    ['nothing', () => undefined, 'error', 'undefined'],
  ]
  it.each(cases)('%s', async (_, make, reason, type) => {
    const thrown = make()
    let caught: unknown = 'nothing caught'
    try {
      outrider.run('w', () =>
        outrider.agent('a', () => {
          throw thrown
        }),
      )
    } catch (error) {
      caught = error
    }
    expect(caught).toBe(thrown)
    await handle.flush()
    for (const name of ['invoke_workflow w', 'invoke_agent a']) {
      const span = catcher.span(name)
      expect(span.status.code).toBe(2)
      expect(span.attributes).toMatchObject({ 'error.type': type, 'outrider.stop_reason': reason })
      expect(span.events[0]).toMatchObject({ name: 'exception', attributes: { 'exception.type': type } })
    }
  })

  it('rejections are told like throws and come through unchanged', async () => {
    const error = new Error('later')
    await expect(outrider.tool('t', () => Promise.reject(error))).rejects.toBe(error)
    await handle.flush()
    expect(catcher.span('execute_tool t')).toMatchObject({
      status: { code: 2, message: 'later' },
      attributes: { 'error.type': 'Error' },
    })
  })

  it('is completed by default; stop() speaks for the nearest agent or run', async () => {
    outrider.run('w', () => {
      outrider.agent('quiet', () => {})
      outrider.agent('limited', () => outrider.tool('t', () => outrider.stop('max_turns')))
      outrider.agent('told', (agent) => agent.stop('content_filter'))
      outrider.agent('nonsense', () => outrider.stop('because' as 'completed'))
      outrider.stop('budget_exceeded')
    })
    outrider.stop('error')
    await handle.flush()
    const stop = (name: string) => catcher.span(name).attributes['outrider.stop_reason']
    expect(stop('invoke_agent quiet')).toBe('completed')
    expect(stop('invoke_agent limited')).toBe('max_turns')
    expect(stop('invoke_agent told')).toBe('content_filter')
    expect(stop('invoke_agent nonsense')).toBe('completed')
    expect(stop('invoke_workflow w')).toBe('budget_exceeded')
  })

  it('keeps the reason that was told, also where an error ends the agent', async () => {
    const fail = () =>
      outrider.agent('a', (agent) => {
        agent.stop('max_turns')
        throw new Error('too many turns')
      })
    expect(fail).toThrow('too many turns')
    await handle.flush()
    expect(catcher.span('invoke_agent a')).toMatchObject({
      status: { code: 2 },
      attributes: { 'outrider.stop_reason': 'max_turns', 'error.type': 'Error' },
    })
  })

  it('a caught error stays with the agent that failed', async () => {
    outrider.run('w', () => {
      try {
        outrider.agent('a', () => {
          throw new Error('x')
        })
      } catch {}
    })
    await handle.flush()
    expect(catcher.span('invoke_workflow w')).toMatchObject({
      status: { code: 1 },
      attributes: { 'outrider.stop_reason': 'completed' },
    })
    expect(catcher.span('invoke_agent a').attributes['outrider.stop_reason']).toBe('error')
  })

  it('keeps a failure that the application told through OpenTelemetry', async () => {
    outrider.tool('t', () => trace.getActiveSpan()?.setStatus({ code: 2, message: 'theirs' }))
    await handle.flush()
    expect(catcher.span('execute_tool t').status).toEqual({ code: 2, message: 'theirs' })
  })
})
