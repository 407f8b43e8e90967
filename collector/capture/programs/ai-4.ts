import * as ai from 'ai4'
import { createAnthropic } from 'anthropic-provider1'
import { createOpenAI } from 'openai-provider1'
import { aiDesk } from '../parts/ai-desk.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
await aiDesk({
  ai,
  openai: createOpenAI({ baseURL: process.env.OPENAI_BASE_URL ?? '' }),
  anthropic: createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` }),
  steps: { maxSteps: 3 },
  telemetry: (agent) => ({
    experimental_telemetry: {
      isEnabled: true,
      functionId: agent,
      metadata: { sessionId: 'thread-7', userId: 'user-3' },
    },
  }),
})
await telemetry.shutdown()
