# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "pydantic-ai-slim[openai,anthropic]==2.68.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
from pydantic_ai import Agent
from telemetry import start_telemetry

provider = start_telemetry()
Agent.instrument_all()

import pydantic_desk

pydantic_desk.run()
provider.shutdown()
