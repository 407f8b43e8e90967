import { expect, test } from 'vitest'
import { event, read } from './sample.ts'

const strands = { 'gen_ai.system': 'strands-agents' }

test('a call: no provider, finish reason and content in events', () => {
  const span = read(
    {
      ...strands,
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.usage.prompt_tokens': 1200,
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.completion_tokens': 104,
      'gen_ai.usage.output_tokens': 104,
      'gen_ai.usage.total_tokens': 1304,
      'gen_ai.usage.cache_read_input_tokens': 1024,
    },
    { events: [event('gen_ai.choice', { finish_reason: 'toolUse', message: '[{"toolUse":{}}]' })] },
  )
  expect(span).toMatchObject({
    dialect: 'strands',
    kind: 'llm',
    provider: null,
    inputTokens: 1200,
    outputTokens: 104,
    cacheReadTokens: 1024,
    finishReason: 'tool_calls',
    counted: true,
  })
})

test.each([
  ['invoke_agent', 'agent'],
  ['execute_tool', 'tool'],
  ['invoke_swarm', 'chain'],
  ['invoke_graph', 'chain'],
  ['execute_node', 'chain'],
  ['memory.search', 'retrieval'],
  ['memory.add', 'other'],
])('%s is kind %s, whatever it sums up', (operation, kind) => {
  const span = read({ ...strands, 'gen_ai.operation.name': operation, 'gen_ai.usage.input_tokens': 9 })
  expect(span).toMatchObject({ kind, counted: false })
})

test('a turn of the loop', () => {
  expect(read({ 'agent_loop.cycle_id': 'cycle-1' }, { name: 'execute_agent_loop_cycle' }).kind).toBe('chain')
  expect(read({ 'event_loop.cycle_id': 'c' }, { name: 'execute_event_loop_cycle' }).kind).toBe('chain')
})

test('a graph names the workflow, a tool tells its failure', () => {
  const graph = { ...strands, 'gen_ai.operation.name': 'invoke_graph' }
  expect(read(graph, { name: 'invoke_graph trips' }).workflow).toBe('trips')
  const tool = { ...strands, 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'x' }
  expect(read({ ...tool, 'gen_ai.tool.status': 'error' }, { statusCode: 1 })).toMatchObject({ status: 'error' })
  expect(read({ ...tool, 'gen_ai.tool.status': 'success' }, { statusCode: 1 })).toMatchObject({ status: 'ok' })
})
