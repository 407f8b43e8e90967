# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "logfire==5.2.0",
#   "pydantic-ai-slim[openai,anthropic]==2.68.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import logfire
from openai import OpenAI
from openai_desk import openai_desk
from telemetry import same_chance

same_chance()
logfire.configure(service_name="travel-desk", send_to_logfire=False, console=False, inspect_arguments=False)
logfire.instrument_pydantic_ai()
logfire.instrument_openai(OpenAI)

import pydantic_desk


@logfire.instrument("weather {city=}")
def weather(city):
    return f"22 degrees in {city}"


with logfire.span("plan trip"):
    openai_desk(OpenAI(), weather)
pydantic_desk.run()
logfire.shutdown()
