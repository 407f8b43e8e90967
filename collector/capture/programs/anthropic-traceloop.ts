import { createRequire } from 'node:module'
import * as traceloop from '@traceloop/node-server-sdk'
import { anthropicDesk } from '../parts/anthropic-desk.ts'

// its wrapper does not load with version 1 of the client
const library = createRequire(import.meta.url)('anthropic-old') as typeof import('@anthropic-ai/sdk')
traceloop.initialize({
  appName: 'travel-desk',
  baseUrl: process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '',
  apiKey: 'key-of-nobody',
  silenceInitializationMessage: true,
  instrumentModules: { anthropic: library as never },
})
await traceloop.withAssociationProperties({ session_id: 'thread-7', user_id: 'user-3' }, () =>
  traceloop.withWorkflow({ name: 'plan trip' }, () =>
    anthropicDesk(new library.Anthropic(), (city) =>
      traceloop.withTool({ name: 'weather' }, async (of: string) => `22 degrees in ${of}`, city),
    ),
  ),
)
await traceloop.forceFlush()
