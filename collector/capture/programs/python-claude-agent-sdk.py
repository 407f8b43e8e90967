# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "claude-agent-sdk==0.2.187",
#   "openinference-instrumentation-claude-agent-sdk==0.1.22",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import asyncio
import tempfile

from openinference.instrumentation.claude_agent_sdk import ClaudeAgentSDKInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
ClaudeAgentSDKInstrumentor().instrument()

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, create_sdk_mcp_server, query, tool


@tool("weather", "The weather of a city", {"city": str})
async def weather(args):
    return {"content": [{"type": "text", "text": f"22 degrees in {args['city']}"}]}


async def desk(home):
    quiet = {
        "HOME": home,
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "IS_SANDBOX": "1",
        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
    }
    planner = ClaudeAgentOptions(
        model="claude-sonnet-4-5",
        tools=[],
        mcp_servers={"desk": create_sdk_mcp_server("desk", tools=[weather])},
        allowed_tools=["mcp__desk__weather"],
        system_prompt="You plan trips.",
        env=quiet,
    )
    async for _ in query(prompt="How is the weather in Lisbon?", options=planner):
        pass
    writer = ClaudeAgentOptions(model="claude-haiku-4-5", tools=[], system_prompt="Write.", env=quiet)
    async with ClaudeSDKClient(writer) as client:
        for ask in ("Sum up Lisbon.", "And Porto?"):
            await client.query(ask)
            async for _ in client.receive_response():
                pass


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
    asyncio.run(desk(home))
provider.shutdown()
