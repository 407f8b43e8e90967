import { Agent, tool } from '@strands-agents/sdk'
import { OpenAIModel } from '@strands-agents/sdk/models/openai'
import { z } from 'zod'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
const weather = tool({
  name: 'weather',
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  callback: ({ city }: { city: string }) => `22 degrees in ${city}`,
})
const agent = (modelId: string, api: 'chat' | 'responses') =>
  new Agent({
    name: 'planner',
    model: new OpenAIModel({ api, modelId, clientConfig: { maxRetries: 0 } }),
    tools: [weather],
    systemPrompt: 'You plan trips.',
    printer: false,
    traceAttributes: { 'session.id': 'thread-7', 'user.id': 'user-3', 'tag.tags': ['beta'] },
  })
await agent('gpt-5', 'chat').invoke('How is the weather in Lisbon?')
await agent('gpt-4o-context', 'chat')
  .invoke('Anything?')
  .catch(() => null)
await telemetry.shutdown()
