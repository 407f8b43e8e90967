# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "traceloop-sdk==0.45.6",
#   "openai==2.54.0",
#   "anthropic==0.125.0",
# ]
# ///
import os

os.environ["TRACELOOP_TELEMETRY"] = "false"
os.environ["TRACELOOP_BASE_URL"] = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]

from telemetry import same_chance
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, task, tool, workflow

same_chance()
Traceloop.init(app_name="travel-desk", api_key="key-of-nobody")

from anthropic import Anthropic
from anthropic_desk import anthropic_desk
from openai import OpenAI
from openai_desk import attempt, openai_desk


@tool(name="weather")
def weather(city):
    return f"22 degrees in {city}"


@tool(name="hotel")
def hotel(city):
    raise ValueError(f"no room in {city}")


@task(name="summary")
def summary():
    anthropic_desk(Anthropic(), weather)


@agent(name="planner")
def planner():
    openai_desk(OpenAI(), weather)
    attempt(lambda: hotel("Lisbon"))


@workflow(name="travel-desk")
def desk():
    Traceloop.set_association_properties({"user_id": "user-3", "session_id": "thread-7"})
    planner()
    summary()
    return "It is warm."


desk()

from opentelemetry import trace

trace.get_tracer_provider().force_flush()
