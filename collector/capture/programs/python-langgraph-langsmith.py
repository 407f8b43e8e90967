# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "langchain==1.4.7",
#   "langchain-openai==1.7.3",
#   "langgraph==1.2.22",
#   "langsmith==0.15.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import os

os.environ.update(
    LANGSMITH_TRACING="true", LANGSMITH_OTEL_ENABLED="true", LANGSMITH_OTEL_ONLY="true", LANGSMITH_API_KEY="key-of-nobody", LANGCHAIN_REVISION_ID="1"
)

import langgraph_desk

from langchain_core.tracers.langchain import wait_for_all_tracers
from telemetry import start_telemetry

provider = start_telemetry()

langgraph_desk.run()
wait_for_all_tracers()
provider.shutdown()
