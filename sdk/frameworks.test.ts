/**
 * Real agent frameworks on the real collector: what a run shows is what the provider billed, each call once, whoever else
 * tells it too; a refusal is a decision of the run.
 */

import { createOpenAI as createOpenAI7 } from '@ai-sdk/openai'
import { OpenTelemetry } from '@ai-sdk/otel'
import { HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { MessagesAnnotation, StateGraph } from '@langchain/langgraph'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import { ChatOpenAI } from '@langchain/openai'
import {
  Agent,
  tool as agentTool,
  OpenAIProvider,
  Runner,
  setTraceProcessors,
  setTracingDisabled,
} from '@openai/agents'
import * as ai7 from 'ai'
import * as ai6 from 'ai6'
import { createOpenAI as createOpenAI6 } from 'ai6-openai'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProvider, type Provider } from '../collector/capture/provider.ts'
import { embeddingMiddleware, middleware } from './src/ai/index.ts'
import { type Handle, outrider } from './src/index.ts'
import { governed, handler } from './src/langchain/index.ts'
import { governed as governedProvider, processor } from './src/openai-agents/index.ts'
import { type Collector, startCollector } from './test/collector.ts'

let collector: Collector
let provider: Provider
let handle: Handle

beforeAll(async () => {
  collector = await startCollector()
  provider = await createProvider()
})
afterAll(async () => {
  provider.close()
  await collector[Symbol.asyncDispose]()
})
beforeEach(() => {
  const settings = { collector: collector.url, onUnavailable: 'deny', gateTimeoutMs: 20_000 } as const
  handle = outrider.start({ service: 'frameworks', ...settings })
})
afterEach(() => handle.shutdown())

interface Seen {
  readonly run: {
    readonly workflow: string
    readonly stopReason: string
    readonly agents: readonly string[]
    readonly tools: readonly { readonly name: string; readonly calls: number }[]
    readonly llmCalls: number
    readonly inputTokens: number
    readonly outputTokens: number
    readonly costUsd: number
    readonly userId: string | null
    readonly sessionId: string | null
  }
  readonly spans: readonly {
    readonly kind: string
    readonly name: string
    readonly agent: string | null
    readonly counted: boolean
  }[]
  readonly decisions: readonly { readonly decision: string }[]
}

const seen = async (traceId: string): Promise<Seen> => {
  await handle.flush()
  return (await collector.get(`/api/runs/${traceId}`)) as Seen
}

/** The run that a workflow's name leads to: for code that never saw its ID. */
const named = async (workflow: string): Promise<Seen> => {
  await handle.flush()
  const { runs } = (await collector.get(`/api/runs?workflow=${workflow}`)) as { runs: { traceId: string }[] }
  expect(runs).toHaveLength(1)
  return await seen(runs[0]?.traceId ?? '')
}

/** Sums of the provider's own log, of calls that were answered. */
const billed = (from: number) => {
  const answered = provider.log.slice(from).filter(({ status, path }) => status === 200 && path !== '/embeddings')
  return {
    llmCalls: answered.length,
    inputTokens: answered.reduce((sum, { input }) => sum + (input ?? 0), 0),
    outputTokens: answered.reduce((sum, { output }) => sum + (output ?? 0), 0),
  }
}

const weather = {
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }: { city: string }) => `22 degrees in ${city}`,
}

describe('AI SDK', () => {
  const openai = () => createOpenAI7({ baseURL: `${provider.url}/v1`, apiKey: 'none needed' })
  const guarded = () => ai7.wrapLanguageModel({ model: openai()('gpt-4o'), middleware: middleware() })
  const tools = { weather: ai7.tool(weather) }
  const stopWhen = ai7.isStepCount(3)
  const prompt = 'How is the weather?'

  it('7 is seen without a line of code: run, agent, tools, streams, embeddings', async () => {
    const from = provider.log.length
    const telemetry = { functionId: 'observed', includeRuntimeContext: { userId: true, sessionId: true } }
    const runtimeContext = { userId: 'u-1', sessionId: 's-1' }
    await ai7.generateText({ model: openai()('gpt-5'), prompt, tools, stopWhen, telemetry, runtimeContext })
    const { run, spans } = await named('observed')
    expect(run).toMatchObject({ ...billed(from), agents: ['observed'], userId: 'u-1', sessionId: 's-1' })
    expect(run).toMatchObject({ tools: [{ name: 'weather', calls: 1 }], stopReason: 'completed' })
    expect(run.costUsd).toBeGreaterThan(0)
    expect(spans.map(({ kind }) => kind).toSorted()).toEqual(['agent', 'chain', 'llm', 'llm', 'tool'])

    const since = provider.log.length
    await outrider.run('observed-streams', async () => {
      for await (const _ of ai7.streamText({ model: openai().chat('gpt-4o'), prompt }).textStream);
      await ai7.embed({ model: openai().embedding('text-embedding-3-small'), value: 'Lisbon' })
      await ai7.generateText({ model: openai().chat('gpt-4o-fail'), prompt, maxRetries: 0 }).catch(() => {})
    })
    const streams = await named('observed-streams')
    // a failed call is a call too
    expect(streams.run).toMatchObject({ ...billed(since), llmCalls: 2 })
    expect(streams.spans.map(({ kind }) => kind).toSorted()).toEqual(['chain', 'embedding', 'llm', 'llm'])
  })

  it('7 behind the gate: the same run, each call once, and a refusal when the money is gone', async () => {
    const from = provider.log.length
    let traceId = ''
    const work = outrider.run('guarded', { budgetUsd: 0.04 }, async (run) => {
      traceId = run.traceId
      const telemetry = { functionId: 'spender' }
      for (;;) await ai7.generateText({ model: guarded(), prompt, tools, stopWhen, telemetry, maxOutputTokens: 1000 })
    })
    await expect(work).rejects.toMatchObject({ name: 'DeniedError', code: 'BUDGET_EXCEEDED' })
    const { run, spans, decisions } = await seen(traceId)
    expect(run).toMatchObject({ ...billed(from), stopReason: 'budget_exceeded', agents: ['spender'] })
    expect(decisions.at(-1)).toMatchObject({ decision: 'deny' })
    expect(spans.filter(({ kind, agent }) => kind === 'llm' && agent !== 'spender')).toEqual([])
  })

  it('7 behind the gate: objects and embeddings, once each', async () => {
    const from = provider.log.length
    let traceId = ''
    await outrider.run('guarded-objects', async (run) => {
      traceId = run.traceId
      await ai7.generateObject({ model: guarded(), prompt, schema: z.object({ city: z.string() }) })
      const model = ai7.wrapEmbeddingModel({
        model: openai().embedding('text-embedding-3-small'),
        middleware: embeddingMiddleware(),
      })
      await ai7.embed({ model, value: 'Lisbon' })
    })
    const { run, spans, decisions } = await seen(traceId)
    expect(run).toMatchObject(billed(from))
    expect(spans.filter(({ kind }) => kind === 'llm' || kind === 'embedding')).toHaveLength(2)
    expect(decisions).toHaveLength(2)
  })

  it('7 with its own OpenTelemetry integration beside: money counts once', async () => {
    const integrations = [new OpenTelemetry()]
    const from = provider.log.length
    let traceId = ''
    await outrider.run('twice-told', async (run) => {
      traceId = run.traceId
      const telemetry = { functionId: 'twice', integrations }
      await ai7.generateText({ model: guarded(), prompt, tools, stopWhen, telemetry })
    })
    const { run, spans } = await seen(traceId)
    expect(spans.filter(({ kind }) => kind === 'llm').length).toBe(4)
    expect(run).toMatchObject(billed(from))
  })

  it('6 with `experimental_telemetry` around the gate: tools are seen, money counts once', async () => {
    const from = provider.log.length
    const chat = createOpenAI6({ baseURL: `${provider.url}/v1`, apiKey: 'none needed' }).chat('gpt-4o')
    const model = ai6.wrapLanguageModel({ model: chat, middleware: middleware() })
    let traceId = ''
    await outrider.run('six', async (run) => {
      traceId = run.traceId
      const told = { experimental_telemetry: { isEnabled: true, functionId: 'sixth' } }
      await ai6.generateText({
        model,
        prompt,
        tools: { weather: ai6.tool(weather) },
        stopWhen: ai6.stepCountIs(3),
        ...told,
      })
      for await (const _ of ai6.streamText({ model, prompt, ...told }).textStream);
    })
    const { run } = await seen(traceId)
    expect(run).toMatchObject({ ...billed(from), tools: [{ name: 'weather', calls: 1 }] })
  })
})

describe('LangGraph', () => {
  const forecast = tool(() => '22 degrees', {
    name: 'weather',
    description: weather.description,
    schema: weather.inputSchema,
  })
  const chat = (limits: { maxTokens?: number } = {}) => {
    const configuration = { baseURL: `${provider.url}/v1` }
    return new ChatOpenAI({ model: 'gpt-4o', apiKey: 'none needed', maxRetries: 0, configuration, ...limits })
  }
  const graph = (name: string, model = chat()) => {
    const planner = model.bindTools([forecast])
    return new StateGraph(MessagesAnnotation)
      .addNode('planner', async ({ messages }) => ({ messages: [await planner.invoke(messages)] }))
      .addNode('tools', new ToolNode([forecast]))
      .addNode('writer', async ({ messages }) => ({
        messages: await Array.fromAsync(await model.stream([...messages, new HumanMessage('Sum up.')])),
      }))
      .addEdge('__start__', 'planner')
      .addConditionalEdges('planner', ({ messages }) => {
        const last = messages.at(-1) as { tool_calls?: unknown[] } | undefined
        return last?.tool_calls?.length ? 'tools' : 'writer'
      })
      .addEdge('tools', 'planner')
      .addEdge('writer', '__end__')
      .compile({ name })
  }
  const ask = { messages: [new HumanMessage('How is the weather in Lisbon?')] }

  it('is seen by its handler: run, agents, tools, tokens, of streams too', async () => {
    const from = provider.log.length
    const config = { callbacks: [handler()], configurable: { thread_id: 't-7' }, metadata: { user_id: 'u-3' } }
    await graph('travel').invoke(ask, config)
    const { run, spans } = await named('travel')
    expect(run).toMatchObject({ ...billed(from), userId: 'u-3', sessionId: 't-7', stopReason: 'completed' })
    expect(run).toMatchObject({ agents: ['planner', 'writer'], tools: [{ name: 'weather', calls: 1 }] })
    expect(run.costUsd).toBeGreaterThan(0)
    expect(spans.filter(({ kind }) => kind === 'llm').map(({ agent }) => agent)).toEqual([
      'planner',
      'planner',
      'writer',
    ])
  })

  it('behind the gate: the same run, each call once, and a refusal when the money is gone', async () => {
    const from = provider.log.length
    let traceId = ''
    const model = governed(chat({ maxTokens: 1000 }))
    const work = outrider.run('travel-guarded', { budgetUsd: 0.05 }, async (run) => {
      traceId = run.traceId
      for (;;) await graph('desk', model).invoke(ask, { callbacks: [handler()] })
    })
    await expect(work).rejects.toMatchObject({ name: 'DeniedError', code: 'BUDGET_EXCEEDED' })
    const { run, spans, decisions } = await seen(traceId)
    expect(run).toMatchObject({ ...billed(from), stopReason: 'budget_exceeded', agents: ['planner', 'writer'] })
    expect(run.llmCalls).toBeGreaterThan(3)
    expect(decisions.filter(({ decision }) => decision === 'allow')).toHaveLength(run.llmCalls)
    expect(spans.filter(({ kind, counted }) => kind === 'llm' && !counted)).toEqual([])
  })
})

describe('OpenAI Agents', () => {
  const forecast = agentTool({ name: 'weather', ...weather, parameters: weather.inputSchema })
  const openai = (useResponses = true) =>
    new OpenAIProvider({ baseURL: `${provider.url}/v1`, apiKey: 'none needed', useResponses })
  const scout = new Agent({ name: 'scout', instructions: 'You know weather.', model: 'gpt-5', tools: [forecast] })
  const triage = Agent.create({ name: 'triage', instructions: 'You hand off.', model: 'gpt-4o', handoffs: [scout] })

  it.each([true, false])('is seen by its processor: run, agents, tools, tokens (Responses: %s)', async (responses) => {
    setTracingDisabled(false) // off where NODE_ENV is test
    setTraceProcessors([processor()])
    const from = provider.log.length
    const workflowName = responses ? 'trip' : 'trip-chat'
    const runner = new Runner({ modelProvider: openai(responses), workflowName, groupId: 'g-1' })
    await runner.run(triage, 'How is the weather in Lisbon?')
    const streamed = await runner.run(scout, 'And in Porto?', { stream: true })
    await streamed.completed
    await handle.flush()
    const { runs } = (await collector.get(`/api/runs?workflow=${workflowName}`)) as { runs: Seen['run'][] }
    expect(runs).toHaveLength(2)
    expect(runs.flatMap(({ agents }) => agents).toSorted()).toEqual(['scout', 'scout', 'triage'])
    expect(runs).toMatchObject([{ sessionId: 'g-1' }, { sessionId: 'g-1' }])
    const sum = (field: 'llmCalls' | 'inputTokens' | 'outputTokens') => runs.reduce((all, each) => all + each[field], 0)
    expect({ llmCalls: sum('llmCalls'), inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') }).toEqual(
      billed(from),
    )
    expect(runs.flatMap(({ tools }) => tools)).toContainEqual(expect.objectContaining({ name: 'weather', calls: 1 }))
  })

  it.each([true, false])('behind the gate: once each, until the money is gone (Responses: %s)', async (responses) => {
    setTracingDisabled(false)
    setTraceProcessors([processor()])
    const from = provider.log.length
    const runner = new Runner({
      modelProvider: governedProvider(openai(responses)),
      modelSettings: { maxTokens: 2000 },
    })
    let traceId = ''
    const work = outrider.run('trip-guarded', { budgetUsd: 0.08 }, async (run) => {
      traceId = run.traceId
      for (;;) {
        await runner.run(triage, 'How is the weather in Lisbon?')
        const streamed = await runner.run(scout, 'And in Porto?', { stream: true })
        await streamed.completed
      }
    })
    await expect(work).rejects.toMatchObject({ name: 'DeniedError', code: 'BUDGET_EXCEEDED' })
    const { run, spans, decisions } = await seen(traceId)
    expect(run).toMatchObject({ ...billed(from), stopReason: 'budget_exceeded', agents: ['scout', 'triage'] })
    expect(run.llmCalls).toBeGreaterThan(4)
    expect(decisions.filter(({ decision }) => decision === 'allow')).toHaveLength(run.llmCalls)
    expect(spans.filter(({ kind, counted, agent }) => kind === 'llm' && (!counted || agent === null))).toEqual([])
  })
})
