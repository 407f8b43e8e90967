import { OpenTelemetry } from '@ai-sdk/otel'
import * as ai from 'ai7'
import { createAnthropic } from 'anthropic-provider4'
import { createOpenAI } from 'openai-provider4'
import { aiDesk } from '../parts/ai-desk.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
ai.registerTelemetry(new OpenTelemetry({ runtimeContext: true }))
await aiDesk({
  ai,
  openai: createOpenAI({ baseURL: process.env.OPENAI_BASE_URL ?? '' }),
  anthropic: createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` }),
  steps: { stopWhen: ai.isStepCount(3) },
  telemetry: (agent) => ({
    telemetry: { isEnabled: true, functionId: agent, includeRuntimeContext: { sessionId: true, userId: true } },
    runtimeContext: { sessionId: 'thread-7', userId: 'user-3' },
  }),
})
await telemetry.shutdown()
