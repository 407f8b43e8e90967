import { createRequire } from 'node:module'
import { AnthropicInstrumentation } from '@arizeai/openinference-instrumentation-anthropic'
import { trace } from '@opentelemetry/api'
import { anthropicDesk } from '../parts/anthropic-desk.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
const library = createRequire(import.meta.url)('@anthropic-ai/sdk') as typeof import('@anthropic-ai/sdk')
new AnthropicInstrumentation({ tracerProvider: telemetry }).manuallyInstrument(library.default as never)
await trace.getTracer('travel-desk').startActiveSpan('plan trip', async (span) => {
  await anthropicDesk(new library.Anthropic(), (city) => Promise.resolve(`22 degrees in ${city}`))
  span.end()
})
await telemetry.shutdown()
