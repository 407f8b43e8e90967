# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "openai==3.54.0",
#   "openinference-instrumentation-openai==0.1.66",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///

from openai import OpenAI
from openai_desk import openai_desk
from opentelemetry import trace
from openinference.instrumentation.openai import OpenAIInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
OpenAIInstrumentor().instrument()
tracer = trace.get_tracer("travel-desk")


def weather(city):
    with tracer.start_as_current_span("execute_tool weather") as span:
        span.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather"})
        return f"22 degrees in {city}"


with tracer.start_as_current_span("plan trip"):
    openai_desk(OpenAI(), weather)
provider.shutdown()
