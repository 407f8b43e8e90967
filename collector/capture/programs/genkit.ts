import { openAI } from '@genkit-ai/compat-oai/openai'
import { genkit, z } from 'genkit'
import { enableTelemetry } from 'genkit/tracing'
import { OTLPTraceExporter } from 'otlp-genkit'
import { BatchSpanProcessor } from 'sdk-trace-genkit'

const batch = new BatchSpanProcessor(new OTLPTraceExporter() as never)
enableTelemetry({ spanProcessors: [batch as never] })
const ai = genkit({ plugins: [openAI({ apiKey: 'key-of-nobody' })] })
const weather = ai.defineTool(
  { name: 'weather', description: 'The weather of a city', inputSchema: z.object({ city: z.string() }) },
  async ({ city }) => `22 degrees in ${city}`,
)
const trip = ai.defineFlow('trip', async (city: string) => {
  const { text } = await ai.generate({ model: 'openai/gpt-5', prompt: `Weather in ${city}?`, tools: [weather] })
  const { stream, response } = ai.generateStream({ model: 'openai/gpt-4o', prompt: 'Sum up.' })
  for await (const _ of stream);
  return `${text} ${(await response).text}`
})
await trip('Lisbon')
await ai.generate({ model: 'openai/gpt-4o-context', prompt: 'Anything?' }).catch(() => null)
await batch.forceFlush()
process.exit(0)
