# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "mlflow==3.17.2",
#   "openai==3.54.0",
#   "anthropic==2.12.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import os

os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] = os.environ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf"
os.environ["OTEL_SERVICE_NAME"] = "travel-desk"

import mlflow
from anthropic import Anthropic
from anthropic_desk import anthropic_desk
from openai import OpenAI
from openai_desk import openai_desk
from telemetry import same_chance

same_chance()
mlflow.openai.autolog()
mlflow.anthropic.autolog()


@mlflow.trace(span_type="TOOL")
def weather(city):
    return f"22 degrees in {city}"


@mlflow.trace(span_type="RETRIEVER")
def guidebook(query):
    return [{"page_content": "Lisbon is warm.", "id": "doc-1", "metadata": {}}]


@mlflow.trace(name="planner", span_type="AGENT")
def planner():
    mlflow.update_current_trace(metadata={"mlflow.trace.user": "user-3", "mlflow.trace.session": "thread-7"})
    guidebook("Lisbon")
    openai_desk(OpenAI(), weather)
    anthropic_desk(Anthropic(), weather)
    return "It is warm."


planner()
mlflow.flush_trace_async_logging()
