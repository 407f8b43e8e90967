# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "ag2==1.2.1",
#   "openai==3.54.0",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import asyncio

from telemetry import start_telemetry

provider = start_telemetry()

from ag2 import Agent
from ag2.config import OpenAIConfig
from ag2.middleware.builtin import TelemetryMiddleware


def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


def hotel(city: str) -> str:
    """A hotel in a city"""
    raise ValueError("no room")


async def ask(name, model, streaming=False, tools=()):
    told = TelemetryMiddleware(tracer_provider=provider, agent_name=name, provider_name="openai", model_name=model)
    config = OpenAIConfig(model, streaming=streaming)
    agent = Agent(name, "You plan trips.", config=config, tools=list(tools), middleware=[told])
    try:
        await agent.ask("How is the weather in Lisbon?")
    except Exception:
        pass


async def desk():
    await ask("planner", "gpt-5", tools=[weather, hotel])
    await ask("writer", "gpt-5", streaming=True)
    await ask("closer", "gpt-4o-context")


asyncio.run(desk())
provider.shutdown()
