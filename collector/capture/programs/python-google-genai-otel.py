# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "google-genai==1.75.0",
#   "opentelemetry-instrumentation-google-genai==1.3b0",
#   "wrapt==1.17.3",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import os

os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true"

from opentelemetry import trace
from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor as Instrumentor
from telemetry import start_logs, start_telemetry

provider, logs = start_telemetry(), start_logs()
Instrumentor().instrument()
tracer = trace.get_tracer("travel-desk")

import genai_desk


def weather(city):
    with tracer.start_as_current_span("execute_tool weather") as span:
        span.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather"})
        return f"22 degrees in {city}"


with tracer.start_as_current_span("plan trip"):
    genai_desk.run(weather)
provider.shutdown()
logs.shutdown()
