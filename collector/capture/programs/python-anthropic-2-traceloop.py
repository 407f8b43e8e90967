# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "anthropic==2.12.0",
#   "opentelemetry-instrumentation-anthropic==0.62.4",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
from anthropic import Anthropic
from anthropic_desk import anthropic_desk
from opentelemetry import trace
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
AnthropicInstrumentor().instrument()
tracer = trace.get_tracer("travel-desk")


def weather(city):
    with tracer.start_as_current_span("execute_tool weather") as span:
        span.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather"})
        return f"22 degrees in {city}"


with tracer.start_as_current_span("plan trip"):
    anthropic_desk(Anthropic(), weather)
provider.shutdown()
