"""Stock OpenTelemetry as an application starts it: one global provider that sends OTLP protobuf in batches."""

import os
import random
import uuid

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def same_chance():
    """Identifiers come out the same each time, so that captures can be compared."""
    random.seed(os.environ["CAPTURE_NAME"])
    chance = random.Random(os.environ["CAPTURE_NAME"])
    uuid.uuid4 = lambda: uuid.UUID(int=chance.getrandbits(128), version=4)


def start_telemetry(service="travel-desk"):
    same_chance()
    provider = TracerProvider(resource=Resource({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def start_logs(service="travel-desk"):
    from opentelemetry._logs import set_logger_provider
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    provider = LoggerProvider(resource=Resource({"service.name": service}))
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    set_logger_provider(provider)
    return provider
