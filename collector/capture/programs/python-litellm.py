# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "litellm[proxy]==1.106.2",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
"""LiteLLM's own callback: chat, cached, streamed, Anthropic, embeddings, a retried and a failing call, with and without a span of the application around."""

import os
import time

os.environ.update(OTEL_EXPORTER="otlp_http", OTEL_SERVICE_NAME="travel-desk", LITELLM_LOCAL_MODEL_COST_MAP="True")
os.environ["OTEL_ENDPOINT"] = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"

import litellm
from opentelemetry import trace
from telemetry import start_telemetry

provider = start_telemetry()
litellm.callbacks = ["otel"]
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
attempt(model="openai/gpt-4o-mini-flaky", messages=ask, num_retries=2)
attempt(model="openai/gpt-4o-context", messages=ask, num_retries=0)
litellm.responses(model="openai/gpt-5", input="Name a sight of Lisbon.")
# the callback works in a thread of its own
time.sleep(2)
with trace.get_tracer("travel-desk").start_as_current_span("plan trip"):
    litellm.completion(model="openai/gpt-4o", messages=ask)
    litellm.completion(model="openai/gpt-5", messages=ask)
    time.sleep(2)
provider.force_flush()
provider.shutdown()
