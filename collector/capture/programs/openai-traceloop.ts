import { createRequire } from 'node:module'
import * as traceloop from '@traceloop/node-server-sdk'
import { openaiDesk } from '../parts/openai-desk.ts'

const library = createRequire(import.meta.url)('openai') as typeof import('openai')
traceloop.initialize({
  appName: 'travel-desk',
  baseUrl: process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '',
  apiKey: 'key-of-nobody',
  disableBatch: false,
  silenceInitializationMessage: true,
  instrumentModules: { openAI: library.OpenAI as never },
})
await traceloop.withAssociationProperties({ session_id: 'thread-7', user_id: 'user-3' }, () =>
  traceloop.withWorkflow({ name: 'plan trip', version: 3 }, () =>
    traceloop.withAgent({ name: 'planner' }, () =>
      openaiDesk(new library.OpenAI(), (city) =>
        traceloop.withTool({ name: 'weather' }, async (of: string) => `22 degrees in ${of}`, city),
      ),
    ),
  ),
)
await traceloop.forceFlush()
