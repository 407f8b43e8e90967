"""Google's Agent Development Kit: an agent with a tool hands over to another; a stream; OpenAI through LiteLLM; a failure."""

import asyncio

from google.adk.agents import LlmAgent, RunConfig
from google.adk.agents.run_config import StreamingMode
from google.adk.models.lite_llm import LiteLlm
from google.adk.runners import InMemoryRunner
from google.genai import types


def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


async def ask(agent, text, stream=False):
    runner = InMemoryRunner(agent=agent, app_name="travel-desk")
    await runner.session_service.create_session(app_name="travel-desk", user_id="user-3", session_id="thread-7")
    message = types.Content(role="user", parts=[types.Part(text=text)])
    config = RunConfig(streaming_mode=StreamingMode.SSE if stream else StreamingMode.NONE)
    async for _ in runner.run_async(user_id="user-3", session_id="thread-7", new_message=message, run_config=config):
        pass


async def desk():
    await ask(LlmAgent(name="planner", model="gemini-2.5-flash", instruction="You plan trips.", tools=[weather]), "Lisbon?")
    await ask(LlmAgent(name="thinker", model="gemini-2.5-pro", instruction="Think. [cached]"), "Lisbon?")
    await ask(LlmAgent(name="streamer", model="gemini-2.5-pro"), "Lisbon?", stream=True)
    await ask(LlmAgent(name="writer", model=LiteLlm(model="openai/gpt-5")), "Lisbon?")
    try:
        await ask(LlmAgent(name="closer", model="gemini-2.5-flash-context"), "Lisbon?")
    except Exception:
        pass


def run():
    asyncio.run(desk())
