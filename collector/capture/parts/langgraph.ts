import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { MessagesAnnotation, StateGraph } from '@langchain/langgraph'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import { ChatOpenAI } from '@langchain/openai'
import { z } from 'zod'

// LangChain estimates the tokens of a stream with a table from the network: here it is the same one from the disk
const { fetch } = globalThis
globalThis.fetch = async (resource, init) => {
  const table = /tiktoken.*\/(\w+)\.json$/.exec(String(resource))?.[1]
  return table === undefined
    ? fetch(resource, init)
    : Response.json((await import(`js-tiktoken/ranks/${table}`)).default)
}

const weather = tool(() => '22 degrees', {
  name: 'weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
})

/** A LangGraph agent: a planner that may ask for a tool, the tool, then a streamed summary; and one call that fails. */
export async function travelGraph(): Promise<void> {
  const planner = new ChatOpenAI({ model: 'gpt-4o', maxRetries: 0 }).bindTools([weather])
  const writer = new ChatOpenAI({ model: 'gpt-4o', maxRetries: 0, streaming: true })
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('planner', async (state) => ({ messages: [await planner.invoke(state.messages)] }))
    .addNode('tools', new ToolNode([weather]))
    .addNode('writer', async (state) => ({
      messages: [await writer.invoke([...state.messages, new HumanMessage('Sum up in one line.')])],
    }))
    .addEdge('__start__', 'planner')
    .addConditionalEdges('planner', (state) => {
      const last = state.messages.at(-1) as { tool_calls?: unknown[] } | undefined
      return last?.tool_calls?.length ? 'tools' : 'writer'
    })
    .addEdge('tools', 'planner')
    .addEdge('writer', '__end__')
    .compile({ name: 'travel-desk' })
  await graph.invoke(
    { messages: [new SystemMessage('You plan trips.'), new HumanMessage('How is the weather in Lisbon?')] },
    { configurable: { thread_id: 'thread-7' }, metadata: { user_id: 'user-3' } },
  )
  const failing = new ChatOpenAI({ model: 'gpt-4o-fail', maxRetries: 0 })
  await failing.invoke([new HumanMessage('Anything?')]).catch(() => null)
}
