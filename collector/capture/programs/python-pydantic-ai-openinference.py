# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "pydantic-ai-slim[openai,anthropic]==2.68.0",
#   "openinference-instrumentation-pydantic-ai==0.1.30",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
from openinference.instrumentation.pydantic_ai import OpenInferenceSpanProcessor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from pydantic_ai import Agent
from telemetry import same_chance

same_chance()
provider = TracerProvider(resource=Resource({"service.name": "travel-desk"}))
trace.set_tracer_provider(provider)
provider.add_span_processor(OpenInferenceSpanProcessor())
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
Agent.instrument_all()

import pydantic_desk

pydantic_desk.run()
provider.shutdown()
