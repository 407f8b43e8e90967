# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "agno==3.1.10",
#   "openai==3.54.0",
#   "opentelemetry-instrumentation-agno==0.62.4",
#   "sqlalchemy==2.1.9",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
from opentelemetry.instrumentation.agno import AgnoInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
AgnoInstrumentor().instrument()

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.team import Team


def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


def hotel(city: str) -> str:
    """A hotel in a city"""
    raise ValueError(f"no room in {city}")


planner = Agent(name="planner", model=OpenAIChat(id="gpt-4o"), tools=[weather], instructions="You plan trips.", telemetry=False)
writer = Agent(name="writer", model=OpenAIChat(id="gpt-5"), instructions="Write.", telemetry=False)
planner.run("How is the weather in Lisbon?", session_id="thread-7", user_id="user-3")
for _ in writer.run("Sum up Lisbon.", stream=True, session_id="thread-8"):
    pass
Team(name="desk", model=OpenAIChat(id="gpt-4o"), members=[writer], telemetry=False).run("Sum up Lisbon.", session_id="thread-9")
Agent(name="porter", model=OpenAIChat(id="gpt-4o-mini"), tools=[hotel], telemetry=False).run("A hotel in Lisbon?")
try:
    Agent(name="closer", model=OpenAIChat(id="gpt-4o-context"), telemetry=False, retries=0).run("A hotel in Lisbon?")
except Exception:
    pass
provider.shutdown()
