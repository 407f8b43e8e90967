import { trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'
import { type Handle, outrider } from './index.ts'

let catcher: Catcher
let handle: Handle

beforeEach(async () => {
  catcher = await startCatcher()
  handle = outrider.start({ service: 'verbs-test', collector: catcher.url })
})
afterEach(async () => {
  await handle.shutdown()
  await catcher[Symbol.asyncDispose]()
})

describe('results', () => {
  it('keeps sync sync, promises promises, and runs fn at once', async () => {
    let ran = false
    const value = outrider.run('sync', () => {
      ran = true
      return 7
    })
    expect(ran).toBe(true)
    expect(value).toBe(7)
    expectTypeOf(value).toEqualTypeOf<number>()

    const promise = outrider.agent('async', async () => 'later')
    expect(promise).toBeInstanceOf(Promise)
    expect(await promise).toBe('later')
    expect(outrider.tool('nothing', () => undefined)).toBeUndefined()
    expect(outrider.model('m', () => null)).toBeNull()
  })

  it.each(['run', 'agent', 'tool', 'retrieval'] as const)('%s takes options or leaves them out', (name) => {
    const verb = outrider[name] as typeof outrider.run
    expect(verb('x', () => 1)).toBe(1)
    expect(verb('x', {}, () => 2)).toBe(2)
    expect(verb('x', undefined, () => 3)).toBe(3)
  })

  it('returns what cannot be looked at', () => {
    const trap = () => {
      throw new Error('do not look')
    }
    const hostile = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap })
    expect(outrider.run('r', () => hostile) === hostile).toBe(true)
    expect(outrider.model('m', () => hostile) === hostile).toBe(true)
  })

  it('asks a lazy thenable once', async () => {
    let executed = 0
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: this is what a query builder is
      then(resolve: (rows: string[]) => void) {
        executed += 1
        resolve(['row'])
      },
    }
    expect(await outrider.tool('query', () => query)).toEqual(['row'])
    expect(executed).toBe(1)
  })

  it('returns the very object of a promise subclass, with its methods', async () => {
    class Special extends Promise<number> {
      readonly extra = 'kept'
    }
    const special = Special.resolve(5) as Special
    const got = outrider.model('m', () => special)
    expect(got).toBe(special)
    expect(await got).toBe(5)
    await handle.flush()
    expect(catcher.span('chat m').status.code).toBe(1)
  })

  it('leaves an unhandled rejection of a plain promise unhandled, and a handled one handled', async () => {
    const seen: unknown[] = []
    const listen = (reason: unknown) => seen.push(reason)
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', listen)
    const error = new Error('mine')
    await outrider.tool('handled', async () => Promise.reject(error)).catch(() => {})
    outrider.tool('unhandled', async () => Promise.reject(error))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    for (const other of others) process.on('unhandledRejection', other)
    expect(seen).toEqual([error])
  })
})

describe('what spans carry', () => {
  it('hands run, agent and user down through async code, and names the parent agent', async () => {
    const options = {
      user: 'u1',
      tenant: 't1',
      session: 's1',
      tags: ['a', 'b'],
      promptName: 'p',
      promptVersion: '3',
      configVersion: 'c9',
      budgetUsd: 0.5,
      input: 'question',
    }
    const traceId = await outrider.run('support', options, async (run) => {
      await new Promise((resolve) => setImmediate(resolve))
      await outrider.agent('outer', { version: '2' }, async () => {
        await outrider.agent('inner', async () => {
          await Promise.all([
            outrider.model({ provider: 'openai', model: 'gpt-4o' }, async () => {}),
            outrider.tool('lookup', async () => {}),
            outrider.retrieval('docs', async () => {}),
          ])
          trace.getTracer('third-party').startSpan('GET /').end()
        })
        await outrider.tool('after', async () => {})
      })
      return run.traceId
    })
    await handle.flush()

    expect(catcher.spans).toHaveLength(8)
    for (const span of catcher.spans) {
      expect(span.traceId).toBe(traceId)
      expect(span.attributes).toMatchObject({
        'gen_ai.workflow.name': 'support',
        'user.id': 'u1',
        'outrider.tenant': 't1',
        'gen_ai.conversation.id': 's1',
        'outrider.tags': ['a', 'b'],
        'gen_ai.prompt.name': 'p',
        'outrider.prompt.version': '3',
        'outrider.config.version': 'c9',
      })
    }
    const agentOf = (name: string) => catcher.span(name).attributes['gen_ai.agent.name']
    expect(['invoke_workflow support', 'invoke_agent outer', 'invoke_agent inner'].map(agentOf)).toEqual([
      undefined,
      'outer',
      'inner',
    ])
    expect(['chat gpt-4o', 'execute_tool lookup', 'retrieval docs', 'GET /'].map(agentOf)).toEqual(
      Array(4).fill('inner'),
    )
    expect(agentOf('execute_tool after')).toBe('outer')
    expect(catcher.span('invoke_agent inner').attributes['outrider.parent_agent']).toBe('outer')
    expect(catcher.span('invoke_agent outer').attributes).not.toHaveProperty('outrider.parent_agent')
    expect(catcher.span('chat gpt-4o').parentSpanId).toBe(catcher.span('invoke_agent inner').spanId)
    expect(catcher.span('invoke_workflow support')).toMatchObject({
      parentSpanId: '',
      attributes: {
        'outrider.budget_usd': 0.5,
        'outrider.input': 'question',
        'gen_ai.operation.name': 'invoke_workflow',
      },
      resource: { 'service.name': 'verbs-test' },
    })
  })

  it('does not mix two runs at the same time', async () => {
    const one = (user: string) =>
      outrider.run('w', { user }, async () => {
        for (let i = 0; i < 5; i += 1) {
          await new Promise((resolve) => setImmediate(resolve))
          outrider.tool(`of ${user}`, () => {})
        }
      })
    await Promise.all([one('u1'), one('u2')])
    await handle.flush()
    for (const user of ['u1', 'u2']) {
      const mine = catcher.spans.filter((span) => span.name === `execute_tool of ${user}`)
      expect(mine).toHaveLength(5)
      expect(mine.every((span) => span.attributes['user.id'] === user)).toBe(true)
    }
  })

  it('does not overwrite what another instrumentation says itself', async () => {
    outrider.run('w', { user: 'u1' }, () => {
      trace
        .getTracer('other')
        .startSpan('own', { attributes: { 'user.id': 'theirs' } })
        .end()
    })
    await handle.flush()
    expect(catcher.span('own').attributes).toMatchObject({ 'user.id': 'theirs', 'gen_ai.workflow.name': 'w' })
  })

  it('tells usage, finish, response, cost, tool and retrieval details', async () => {
    outrider.model(
      {
        provider: 'openai',
        model: 'gpt-4o',
        input: 'hi',
        maxTokens: 50,
        attempt: 2,
        retryOf: 'abcd',
        fallbackOf: 'ef01',
        promptVersion: '9',
      },
      (call) => {
        call.usage({ inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, cacheWriteTokens: 0, reasoningTokens: 2 })
        call.finish('stop')
        call.responded({ model: 'gpt-4o-2024', id: 'r1' })
        call.cost(0.000_123)
        call.cacheHit()
        call.output('hello')
        call.set('app.feature', 'x')
      },
    )
    outrider.tool('t', { args: { a: 1 }, callId: 'c1' }, (tool) => tool.output({ b: 2 }))
    outrider.retrieval('kb', { query: 'q', topK: 2 }, (retrieval) => retrieval.documents([{ id: 'd', score: 0.5 }]))
    await handle.flush()
    expect(catcher.span('chat gpt-4o')).toMatchObject({
      kind: 3,
      status: { code: 1 },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.request.max_tokens': 50,
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
        'gen_ai.usage.cache_read.input_tokens': 4,
        'gen_ai.usage.cache_write.input_tokens': 0,
        'gen_ai.usage.reasoning.output_tokens': 2,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.model': 'gpt-4o-2024',
        'gen_ai.response.id': 'r1',
        'outrider.cost_usd': 0.000_123,
        'outrider.cache_hit': true,
        'outrider.attempt': 2,
        'outrider.retry_of': 'abcd',
        'outrider.fallback_of': 'ef01',
        'outrider.prompt.version': '9',
        'app.feature': 'x',
        'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
        'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"hello"}]}]',
      },
    })
    expect(catcher.span('execute_tool t').attributes).toMatchObject({
      'gen_ai.tool.name': 't',
      'gen_ai.tool.call.id': 'c1',
      'gen_ai.tool.call.arguments': '{"a":1}',
      'gen_ai.tool.call.result': '{"b":2}',
    })
    expect(catcher.span('retrieval kb').attributes).toMatchObject({
      'gen_ai.data_source.id': 'kb',
      'gen_ai.retrieval.query.text': 'q',
      'gen_ai.request.top_k': 2,
      'gen_ai.retrieval.documents': '[{"id":"d","score":0.5}]',
    })
  })

  it('binds scores to the span around and the outcome to the run', async () => {
    outrider.run('w', () => {
      outrider.agent('a', () => {
        outrider.score('helpful', 0.75, { label: 'good', explanation: 'because' })
        outrider.score('broken', Number.NaN)
        outrider.outcome('success')
      })
    })
    await handle.flush()
    expect(catcher.span('invoke_workflow w').attributes['outrider.outcome']).toBe('success')
    expect(catcher.span('invoke_agent a').events).toEqual([
      {
        name: 'gen_ai.evaluation.result',
        attributes: {
          'gen_ai.evaluation.name': 'helpful',
          'gen_ai.evaluation.score.value': 0.75,
          'gen_ai.evaluation.score.label': 'good',
          'gen_ai.evaluation.explanation': 'because',
        },
      },
    ])
  })
})

describe('bad values', () => {
  it('cuts and counts what is too long, and drops nothing but what is no value', async () => {
    const options = { user: 'u'.repeat(1000), tenant: 42, session: '', tags: ['t'.repeat(500), ...Array(40).fill('x')] }
    outrider.run('w', options as object, () => {})
    await handle.flush()
    const { attributes } = catcher.span('invoke_workflow w')
    expect(attributes['user.id']).toBe('u'.repeat(256))
    expect(attributes['outrider.tenant']).toBe('42')
    expect(attributes).not.toHaveProperty('gen_ai.conversation.id')
    expect(attributes['outrider.tags']).toHaveLength(32)
    expect(attributes['outrider.cut']).toBe(1 + 1 + 9)
  })

  it.each([Number.NaN, -1, 1.5, 2 ** 60, '5', null, {}, []])('a token count of %s is unknown', async (bad) => {
    outrider.model('m', (call) => call.usage({ inputTokens: bad as number, outputTokens: 1 }))
    await handle.flush()
    expect(catcher.span('chat m').attributes).not.toHaveProperty('gen_ai.usage.input_tokens')
    expect(catcher.span('chat m').attributes['gen_ai.usage.output_tokens']).toBe(1)
  })

  it('never throws over what it is told', async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('hostile')
        },
      },
    )
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    const bad = [undefined, null, 5, 'x', hostile, cycle, 10n, Symbol('s'), () => {}, new Date(Number.NaN)]
    for (const value of bad) {
      const any = value as never
      expect(outrider.run('r', any ?? {}, () => 'kept')).toBe('kept')
      expect(outrider.agent(any, {}, () => 'kept')).toBe('kept')
      expect(outrider.model(any, () => 'kept')).toBe('kept')
      outrider.model('m', (call) => {
        call.usage(any)
        call.responded(any)
        call.input(any)
        call.output(any)
        call.finish(any)
        call.cost(any)
        call.set(any, any)
      })
      outrider.tool('t', { args: any }, (tool) => tool.output(any))
      outrider.retrieval('r', { query: any, topK: any }, (retrieval) => retrieval.documents(any))
      outrider.score(any, 1, any)
      outrider.outcome(any)
      outrider.stop(any)
    }
    await handle.flush()
    expect(handle.dropped()).toBe(0)
  })
})
