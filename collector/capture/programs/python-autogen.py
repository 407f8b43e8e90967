# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "autogen-agentchat==0.7.5",
#   "autogen-ext[openai]==0.7.5",
#   "opentelemetry-instrumentation-openai==0.62.4",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_ext.models.openai import OpenAIChatCompletionClient
from opentelemetry import trace
from opentelemetry.instrumentation.openai import OpenAIInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
OpenAIInstrumentor().instrument()


async def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


async def desk():
    client = OpenAIChatCompletionClient(model="gpt-4o")
    planner = AssistantAgent("planner", model_client=client, tools=[weather], reflect_on_tool_use=True)
    writer = AssistantAgent("writer", model_client=OpenAIChatCompletionClient(model="gpt-4o-mini"))
    team = RoundRobinGroupChat([planner, writer], termination_condition=MaxMessageTermination(5))
    with trace.get_tracer("travel-desk").start_as_current_span("plan trip"):
        await team.run(task="How is the weather in Lisbon?")
    await client.close()


asyncio.run(desk())
provider.shutdown()
