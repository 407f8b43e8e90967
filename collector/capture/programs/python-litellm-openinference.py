# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "litellm[proxy]==1.106.2",
#   "openinference-instrumentation-litellm==0.1.51",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
"""LiteLLM by OpenInference: chat, cached, streamed, Anthropic, embeddings, a failing call, with and without a span of the application around."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from openinference.instrumentation.litellm import LiteLLMInstrumentor
from opentelemetry import trace
from telemetry import start_telemetry

provider = start_telemetry()
LiteLLMInstrumentor().instrument()
tools = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "The weather of a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]
ask = [{"role": "user", "content": "How is the weather in Lisbon?"}]
cached = [{"role": "user", "content": [{"type": "text", "text": "Lisbon.", "cache_control": {"type": "ephemeral"}}]}]


def attempt(**parameters):
    try:
        return litellm.completion(**parameters)
    except Exception:
        return None


litellm.completion(model="openai/gpt-4o", messages=ask, tools=tools, user="user-3", metadata={"session_id": "thread-7"})
litellm.completion(model="openai/gpt-5", messages=ask)
stream = {"stream": True, "stream_options": {"include_usage": True}}
for _ in litellm.completion(model="openai/gpt-4o", messages=ask, **stream):
    pass
for _ in litellm.completion(model="openai/gpt-4o", messages=ask, stream=True):
    pass
litellm.completion(model="anthropic/claude-sonnet-4-5", messages=cached)
for _ in litellm.completion(model="anthropic/claude-sonnet-4-5", messages=cached, stream=True):
    pass
litellm.embedding(model="openai/text-embedding-3-small", input=["Lisbon"])
attempt(model="openai/gpt-4o-context", messages=ask, num_retries=0)
litellm.responses(model="openai/gpt-5", input="Name a sight of Lisbon.")
with trace.get_tracer("travel-desk").start_as_current_span("plan trip"):
    litellm.completion(model="openai/gpt-4o", messages=ask)
    litellm.completion(model="openai/gpt-5", messages=ask)
provider.force_flush()
provider.shutdown()
