# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "openai-agents==0.24.0",
#   "logfire==5.2.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import logfire
from telemetry import same_chance

same_chance()
logfire.configure(service_name="travel-desk", send_to_logfire=False, console=False, inspect_arguments=False)
logfire.instrument_openai_agents()

import agents_desk

agents_desk.run()
logfire.shutdown()
