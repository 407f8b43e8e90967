# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "logfire==5.2.0",
#   "anthropic==2.12.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import logfire
from anthropic import Anthropic
from anthropic_desk import anthropic_desk
from telemetry import same_chance

same_chance()
logfire.configure(service_name="travel-desk", send_to_logfire=False, console=False, inspect_arguments=False)
logfire.instrument_anthropic(Anthropic)


@logfire.instrument("weather {city=}")
def weather(city):
    return f"22 degrees in {city}"


with logfire.span("plan trip"):
    anthropic_desk(Anthropic(), weather)
logfire.shutdown()
