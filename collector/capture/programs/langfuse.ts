import { observeOpenAI } from '@langfuse/openai'
import { LangfuseSpanProcessor } from '@langfuse/otel'
import { propagateAttributes, startActiveObservation } from '@langfuse/tracing'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import OpenAI from 'openai'
import { openaiDesk } from '../parts/openai-desk.ts'

const telemetry = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'travel-desk' }),
  spanProcessors: [new LangfuseSpanProcessor({ exporter: new OTLPTraceExporter() })],
})
telemetry.register()

const prompt = { name: 'plan-trip', version: 3, isFallback: false }
const client = observeOpenAI(new OpenAI(), { langfusePrompt: prompt, generationMetadata: { desk: 'west' } })

await propagateAttributes(
  { traceName: 'plan trip', userId: 'user-3', sessionId: 'thread-7', tags: ['beta'], version: '2.1.0' },
  () =>
    startActiveObservation(
      'planner',
      async (agent) => {
        agent.update({ input: { question: 'How is the weather in Lisbon?' } })
        await startActiveObservation(
          'guidebook',
          (retriever) => retriever.update({ input: 'Lisbon', output: [{ id: 'doc-1', score: 0.9 }] }),
          { asType: 'retriever' },
        )
        await openaiDesk(client, async (city) =>
          startActiveObservation(
            'weather',
            (tool) => {
              tool.update({ input: { city }, output: '22 degrees' })
              return `22 degrees in ${city}`
            },
            { asType: 'tool' },
          ),
        )
        await startActiveObservation(
          'broken',
          (tool) => tool.update({ level: 'ERROR', statusMessage: 'no such table' }),
          { asType: 'tool' },
        )
        agent.update({ output: 'It is warm.' })
      },
      { asType: 'agent' },
    ),
)
await telemetry.shutdown()
