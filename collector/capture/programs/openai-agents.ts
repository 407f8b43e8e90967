import { OpenAIAgentsInstrumentation } from '@arizeai/openinference-instrumentation-openai-agents'
import * as agents from '@openai/agents'
import { z } from 'zod'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
new OpenAIAgentsInstrumentation({ tracerProvider: telemetry }).manuallyInstrument(agents)

const { Agent, run, tool, withTrace } = agents
const weather = tool({
  name: 'weather',
  description: 'The weather of a city',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `22 degrees in ${city}`,
})
const scout = new Agent({ name: 'scout', instructions: 'You know weather.', model: 'gpt-5', tools: [weather] })
const triage = Agent.create({ name: 'triage', instructions: 'You hand off.', model: 'gpt-4o', handoffs: [scout] })
const guarded = new Agent({
  name: 'guarded',
  model: 'gpt-4o',
  inputGuardrails: [{ name: 'no secrets', execute: async () => ({ outputInfo: {}, tripwireTriggered: true }) }],
})

await withTrace('trip', () => run(triage, 'How is the weather in Lisbon?'), {
  groupId: 'thread-7',
  metadata: { user: 'user-3' },
})
const streamed = await run(new Agent({ name: 'writer', model: 'gpt-4o' }), 'Sum up.', { stream: true })
await streamed.completed
await run(guarded, 'My key is …').catch(() => null)
await run(new Agent({ name: 'unlucky', model: 'gpt-4o-context' }), 'Anything?').catch(() => null)
await telemetry.shutdown()
