# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "langfuse==5.0.4",
#   "langchain==1.4.7",
#   "langchain-openai==1.7.3",
#   "langgraph==1.2.22",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import os

os.environ.update(LANGFUSE_PUBLIC_KEY="pk-of-nobody", LANGFUSE_SECRET_KEY="sk-of-nobody")
os.environ["LANGFUSE_BASE_URL"] = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]

from langfuse import get_client
from langfuse.langchain import CallbackHandler
from telemetry import same_chance

same_chance()

import langgraph_desk

langgraph_desk.run([CallbackHandler()])
get_client().flush()
