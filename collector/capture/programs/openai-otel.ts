import { createRequire } from 'node:module'
import { context, trace } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { openaiDesk } from '../parts/openai-desk.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
const logger = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] })
logs.setGlobalLoggerProvider(logger)
registerInstrumentations({
  loggerProvider: logger,
  instrumentations: [new OpenAIInstrumentation({ captureMessageContent: true })],
})
const { OpenAI } = createRequire(import.meta.url)('openai') as typeof import('openai')

const tracer = trace.getTracer('travel-desk')
await tracer.startActiveSpan('plan trip', async (span) => {
  const parent = context.active()
  await openaiDesk(new OpenAI(), (city) =>
    context.with(parent, () =>
      tracer.startActiveSpan('execute_tool weather', async (tool) => {
        tool.setAttributes({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather' })
        tool.end()
        return `22 degrees in ${city}`
      }),
    ),
  )
  span.end()
})
await telemetry.shutdown()
await logger.shutdown()
