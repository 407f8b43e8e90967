"""OpenAI's Agents SDK: a hand-off, tools that work and fail, chat completions, a stream, a guardrail, a failing run."""

import asyncio

from agents import (
    Agent,
    GuardrailFunctionOutput,
    ModelSettings,
    OpenAIChatCompletionsModel,
    Runner,
    function_tool,
    input_guardrail,
    trace,
)
from openai import AsyncOpenAI


@function_tool
def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


@function_tool(failure_error_function=None)
def hotel(city: str) -> str:
    """A hotel in a city"""
    raise ValueError(f"no room in {city}")


@input_guardrail
async def polite(context, agent, given):
    return GuardrailFunctionOutput(output_info="polite", tripwire_triggered=False)


async def desk():
    writer = Agent(name="writer", model="gpt-5", instructions="Write.", tools=[weather])
    planner = Agent(name="planner", model="gpt-4o", instructions="You plan trips.", handoffs=[writer], input_guardrails=[polite])
    with trace("travel-desk", group_id="thread-7", metadata={"user_id": "user-3"}):
        await Runner.run(planner, "How is the weather in Lisbon?")
        chat = Agent(name="chatter", model=OpenAIChatCompletionsModel("gpt-4o-mini", AsyncOpenAI()), instructions="Chat.")
        await Runner.run(chat, "Sum up Lisbon.")
        streamed = Runner.run_streamed(Agent(name="streamer", model="gpt-5", model_settings=ModelSettings()), "Sum up Lisbon.")
        async for _ in streamed.stream_events():
            pass
    for agent in (Agent(name="closer", model="gpt-4o-context"), Agent(name="porter", model="gpt-4o", tools=[hotel])):
        try:
            await Runner.run(agent, "A hotel in Lisbon?")
        except Exception:
            pass


def run():
    asyncio.run(desk())
