import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { LangSmithOTLPSpanProcessor } from 'langsmith/experimental/otel/processor'
import { initializeOTEL } from 'langsmith/experimental/otel/setup'
import { traceable } from 'langsmith/traceable'
import { wrapOpenAI } from 'langsmith/wrappers'
import OpenAI from 'openai'
import { openaiDesk } from '../parts/openai-desk.ts'

process.env.LANGSMITH_TRACING = 'true'
process.env.LANGSMITH_OTEL_ENABLED = 'true'
process.env.LANGSMITH_OTEL_ONLY = 'true'
process.env.LANGSMITH_API_KEY = 'key-of-nobody'
process.env.LANGSMITH_PROJECT = 'travel-desk'

const telemetry = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'travel-desk' }),
  spanProcessors: [new LangSmithOTLPSpanProcessor(new OTLPTraceExporter())],
})
telemetry.register()
initializeOTEL({ globalTracerProvider: telemetry, skipGlobalContextManagerSetup: true })

const client = wrapOpenAI(new OpenAI())
const weather = traceable(async (city: string) => `22 degrees in ${city}`, { name: 'weather', run_type: 'tool' })
const guidebook = traceable(async (query: string) => [{ page_content: query, type: 'Document', metadata: {} }], {
  name: 'guidebook',
  run_type: 'retriever',
})
const plan = traceable(
  async () => {
    await guidebook('Lisbon')
    await openaiDesk(client, weather)
  },
  { name: 'plan trip', metadata: { session_id: 'thread-7', user_id: 'user-3' }, tags: ['beta'] },
)
await plan()
await telemetry.shutdown()
