# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "llama-index-core==0.14.25",
#   "llama-index-llms-openai==0.8.3",
#   "openinference-instrumentation-llama-index==4.6.1",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import asyncio

from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai import OpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
LlamaIndexInstrumentor().instrument()


def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


async def desk():
    agent = FunctionAgent(
        name="planner", description="Plans", llm=OpenAI(model="gpt-4o"), tools=[weather], system_prompt="You plan trips.", streaming=False
    )
    with using_attributes(session_id="thread-7", user_id="user-3", tags=["beta"], metadata={"desk": "west"}):
        await AgentWorkflow(agents=[agent], root_agent="planner").run(user_msg="How is the weather in Lisbon?")


asyncio.run(desk())
llm = OpenAI(model="gpt-4o-mini")
llm.chat([ChatMessage(role="user", content="Sum up Lisbon.")])
for _ in llm.stream_chat([ChatMessage(role="user", content="Sum up Lisbon.")], stream_options={"include_usage": True}):
    pass
llm.complete("Sum up Lisbon.")
try:
    OpenAI(model="gpt-4o-context", max_retries=0).chat([ChatMessage(role="user", content="Sum up Lisbon.")])
except Exception:
    pass
provider.shutdown()
