# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "openai==3.54.0",
#   "opentelemetry-instrumentation-openai-v2==2.3b0",
#   "wrapt==1.17.3",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import os

os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true"

from openai import OpenAI
from openai_desk import openai_desk
from opentelemetry import trace
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from telemetry import start_logs, start_telemetry

provider, logs = start_telemetry(), start_logs()
OpenAIInstrumentor().instrument()
tracer = trace.get_tracer("travel-desk")


def weather(city):
    with tracer.start_as_current_span("execute_tool weather") as span:
        span.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather"})
        return f"22 degrees in {city}"


with tracer.start_as_current_span("plan trip"):
    openai_desk(OpenAI(), weather)
provider.shutdown()
logs.shutdown()
