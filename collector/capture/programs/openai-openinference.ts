import { createRequire } from 'node:module'
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai'
import { SemanticConventions } from '@arizeai/openinference-semantic-conventions'
import { trace } from '@opentelemetry/api'
import { openaiDesk } from '../parts/openai-desk.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
const library = createRequire(import.meta.url)('openai') as typeof import('openai')
new OpenAIInstrumentation({ tracerProvider: telemetry }).manuallyInstrument(library as never)
const tracer = trace.getTracer('travel-desk')
await tracer.startActiveSpan('plan trip', async (agent) => {
  agent.setAttributes({
    [SemanticConventions.OPENINFERENCE_SPAN_KIND]: 'AGENT',
    [SemanticConventions.AGENT_NAME]: 'planner',
    'session.id': 'thread-7',
    'user.id': 'user-3',
  })
  await openaiDesk(new library.OpenAI(), (city) =>
    tracer.startActiveSpan('weather', async (tool) => {
      tool.setAttributes({
        [SemanticConventions.OPENINFERENCE_SPAN_KIND]: 'TOOL',
        [SemanticConventions.TOOL_NAME]: 'weather',
        'input.value': JSON.stringify({ city }),
      })
      tool.end()
      return `22 degrees in ${city}`
    }),
  )
  agent.end()
})
await telemetry.shutdown()
