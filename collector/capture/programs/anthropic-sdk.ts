import Anthropic from '@anthropic-ai/sdk'
import { trace } from '@opentelemetry/api'
import { anthropicDesk } from '../parts/anthropic-desk.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
const tracer = trace.getTracer('travel-desk')
const client = new Anthropic()
await tracer.startActiveSpan('plan trip', async (span) => {
  await anthropicDesk(client, (city) => Promise.resolve(`22 degrees in ${city}`))
  const weather = {
    name: 'weather',
    description: 'The weather of a city',
    input_schema: { type: 'object' as const, properties: { city: { type: 'string' as const } }, required: ['city'] },
    run: ({ city }: { city: string }) => `22 degrees in ${city}`,
    parse: (input: unknown) => input as { city: string },
    type: 'custom' as const,
  }
  await client.beta.messages.toolRunner({
    model: 'claude-haiku-4-5',
    max_tokens: 500,
    messages: [{ role: 'user', content: 'How is the weather in Lisbon?' }],
    tools: [weather],
  })
  span.end()
})
await telemetry.shutdown()
