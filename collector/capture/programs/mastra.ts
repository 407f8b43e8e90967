import { Agent } from '@mastra/core/agent'
import { Mastra } from '@mastra/core/mastra'
import { createTool } from '@mastra/core/tools'
import { Observability } from '@mastra/observability'
import { OtelExporter } from '@mastra/otel-exporter'
import { z } from 'zod'

const weather = createTool({
  id: 'weather',
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async () => ({ degrees: 22 }),
})
const agent = (name: string, model: string) =>
  new Agent({
    id: name,
    name,
    instructions: 'You plan trips.',
    model: { providerId: 'openai', modelId: model, url: process.env.OPENAI_BASE_URL ?? '', apiKey: 'key-of-nobody' },
    tools: { weather },
    maxRetries: 0,
  })
const mastra = new Mastra({
  agents: { planner: agent('planner', 'gpt-5'), unlucky: agent('unlucky', 'gpt-4o-context') },
  logger: false,
  observability: new Observability({
    configs: {
      otel: {
        serviceName: 'travel-desk',
        exporters: [
          new OtelExporter({
            provider: {
              custom: { endpoint: `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, protocol: 'http/json' },
            },
          }),
        ],
      },
    },
  }),
})
const tracingOptions = { metadata: { sessionId: 'thread-7', userId: 'user-3' } }
await mastra.getAgent('planner').generate('How is the weather in Lisbon?', { tracingOptions })
const streamed = await mastra.getAgent('planner').stream('And tomorrow?', { tracingOptions })
await streamed.text
await mastra
  .getAgent('unlucky')
  .generate('Anything?')
  .catch(() => null)
await mastra.shutdown()
