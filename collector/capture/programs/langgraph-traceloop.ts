import * as manager from '@langchain/core/callbacks/manager'
import { LangChainInstrumentation } from '@traceloop/instrumentation-langchain'
import { travelGraph } from '../parts/langgraph.ts'
import { startTelemetry } from '../parts/telemetry.ts'

const telemetry = startTelemetry('travel-desk')
const instrumentation = new LangChainInstrumentation()
instrumentation.setTracerProvider(telemetry)
instrumentation.manuallyInstrument({ callbackManagerModule: manager })
await travelGraph()
await telemetry.shutdown()
