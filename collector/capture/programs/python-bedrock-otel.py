# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "boto3==1.44.5",
#   "opentelemetry-instrumentation-botocore==0.66b2",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
from opentelemetry import trace
from opentelemetry.instrumentation.botocore import BotocoreInstrumentor as Instrumentor
from telemetry import start_telemetry

provider = start_telemetry()
Instrumentor().instrument()
tracer = trace.get_tracer("travel-desk")

import bedrock_desk


def weather(city):
    with tracer.start_as_current_span("execute_tool weather") as span:
        span.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather"})
        return f"22 degrees in {city}"


with tracer.start_as_current_span("plan trip"):
    bedrock_desk.run(weather)
provider.shutdown()
