# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "langfuse==5.0.4",
#   "openai==3.54.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import os

os.environ.update(LANGFUSE_PUBLIC_KEY="pk-of-nobody", LANGFUSE_SECRET_KEY="sk-of-nobody")
os.environ["LANGFUSE_HOST"] = os.environ["LANGFUSE_BASE_URL"] = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]

from langfuse.openai import OpenAI
from telemetry import same_chance

same_chance()

import langfuse_desk

langfuse_desk.run(OpenAI())
