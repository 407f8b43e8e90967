import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain'
import * as manager from '@langchain/core/callbacks/manager'
import { travelGraph } from '../parts/langgraph.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
new LangChainInstrumentation({ tracerProvider: telemetry }).manuallyInstrument(manager)
await travelGraph()
await telemetry.shutdown()
