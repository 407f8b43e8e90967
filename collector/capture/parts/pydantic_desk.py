"""Two agents of pydantic-ai, one of which asks the other: tools that work and fail, a stream, structured output, failures."""

import asyncio

from pydantic import BaseModel
from pydantic_ai import Agent, RunContext
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel


class Plan(BaseModel):
    city: str
    degrees: int


def run():
    writer = Agent(OpenAIResponsesModel("gpt-5"), name="writer", instructions="Write.")
    planner = Agent(OpenAIChatModel("gpt-4o"), name="planner", instructions="You plan trips.")

    @planner.tool_plain
    def weather(city: str) -> str:
        """The weather of a city"""
        return f"22 degrees in {city}"

    @planner.tool
    async def ask_writer(context: RunContext, question: str) -> str:
        """Ask the writer"""
        return (await writer.run(question)).output

    planner.run_sync("How is the weather in Lisbon?", metadata={"user_id": "user-3"})
    Agent(OpenAIChatModel("gpt-4o-mini"), name="former", output_type=Plan).run_sync("A plan for Lisbon.")
    streamer = Agent(OpenAIChatModel("gpt-4o"), name="streamer")

    async def stream():
        async with streamer.run_stream("Sum up Lisbon.") as streamed:
            async for _ in streamed.stream_text():
                pass

    asyncio.run(stream())
    claude = Agent(
        AnthropicModel("claude-sonnet-4-5"),
        name="claude",
        instructions="You plan trips.",
        model_settings={"anthropic_cache_instructions": True},
    )
    claude.run_sync("Sum up Lisbon.")
    for model in ("gpt-4o-context",):
        try:
            Agent(OpenAIChatModel(model), name="closer").run_sync("A hotel in Lisbon?")
        except Exception:
            pass
