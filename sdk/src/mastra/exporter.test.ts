/**
 * What `@mastra/core` told its exporters of three agents, recorded: a loop of tools, a stream whose provider told no usage,
 * and a failed call. The package itself is too large to be installed for a test.
 */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Catcher, startCatcher } from '../../test/catcher.ts'
import recorded from '../../test/payloads/mastra-events.json' with { type: 'json' }
import { type Handle, outrider } from '../index.ts'
import { exporter } from './index.ts'

let catcher: Catcher
let handle: Handle

beforeEach(async () => {
  catcher = await startCatcher()
  handle = outrider.start({ collector: catcher.url })
})
afterEach(async () => {
  await handle.shutdown()
  await catcher[Symbol.asyncDispose]()
})

const tell = async () => {
  const told = exporter()
  for (const event of recorded.events) await told.exportTracingEvent(event)
  await handle.flush()
  return catcher.spans
}
const calls = () => catcher.spans.filter(({ name }) => name.startsWith('chat '))

it('makes a run, its agent, its tools and its calls of each', async () => {
  const names = (await tell()).map(({ name }) => name).toSorted()
  expect(names).toEqual([
    ...['chat gpt-4o-context', 'chat gpt-5', 'chat gpt-5', 'chat gpt-5', 'chat gpt-5'],
    ...['execute_tool weather', 'execute_tool weather'],
    ...['invoke_agent planner', 'invoke_agent planner', 'invoke_agent unlucky'],
    ...['invoke_workflow planner', 'invoke_workflow planner', 'invoke_workflow unlucky'],
  ])
  expect(new Set(catcher.spans.map(({ traceId }) => traceId)).size).toBe(3)
})

it('tells each call once, with what was billed where Mastra knows it', async () => {
  await tell()
  const { billed } = recorded
  expect(calls().map(({ attributes }) => attributes['gen_ai.usage.input_tokens'])).toEqual([
    billed[0]?.input,
    billed[1]?.input,
    ...[undefined, undefined, undefined],
  ])
  expect(calls()[0]?.attributes).toMatchObject({
    'gen_ai.provider.name': 'openai',
    'gen_ai.response.model': 'gpt-5-2025-08-07',
    'gen_ai.usage.output_tokens': billed[0]?.output,
    'gen_ai.usage.cache_read.input_tokens': billed[0]?.cacheRead,
    'gen_ai.usage.reasoning.output_tokens': billed[0]?.reasoning,
    'gen_ai.agent.name': 'planner',
    'gen_ai.conversation.id': 'thread-7',
    'user.id': 'user-3',
  })
})

it('a failed call, its agent and its run have failed', async () => {
  await tell()
  const failed = catcher.spans.filter(({ status }) => status.code === 2).map(({ name }) => name)
  expect(failed.toSorted()).toEqual(['chat gpt-4o-context', 'invoke_agent unlucky', 'invoke_workflow unlucky'])
})

it('inside of a run it is a part of that', async () => {
  await outrider.run('ticket', tell)
  await handle.flush()
  expect(new Set(catcher.spans.map(({ traceId }) => traceId)).size).toBe(1)
})
