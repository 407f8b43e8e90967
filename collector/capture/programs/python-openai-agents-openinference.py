# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "openai-agents==0.24.0",
#   "openinference-instrumentation-openai-agents==2.6.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
OpenAIAgentsInstrumentor().instrument()

import agents_desk

agents_desk.run()
provider.shutdown()
