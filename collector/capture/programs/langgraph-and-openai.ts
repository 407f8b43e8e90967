import { createRequire } from 'node:module'
import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain'
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai'
import * as manager from '@langchain/core/callbacks/manager'
import { travelGraph } from '../parts/langgraph.ts'
import { startTelemetry } from '../parts/telemetry.ts'

// both at once, as an application that "instruments everything" does: callbacks of LangChain, and the client below it
const telemetry = startTelemetry('travel-desk')
new LangChainInstrumentation({ tracerProvider: telemetry }).manuallyInstrument(manager)
const ofLangChain = createRequire(import.meta.resolve('@langchain/openai')).resolve('openai')
const { default: OpenAI } = await import(ofLangChain.replace(/\.js$/, '.mjs'))
new OpenAIInstrumentation({ tracerProvider: telemetry }).manuallyInstrument(OpenAI)
await travelGraph()
await telemetry.shutdown()
