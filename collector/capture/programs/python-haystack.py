# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "haystack-ai==3.4.0",
#   "openinference-instrumentation-haystack==0.1.46",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import os

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "false"

from haystack import Document, Pipeline
from haystack.components.agents import Agent
from haystack.components.builders import ChatPromptBuilder
from haystack.components.embedders import OpenAITextEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.tools import tool
from openinference.instrumentation.haystack import HaystackInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
HaystackInstrumentor().instrument()


@tool
def weather(city: str) -> str:
    """The weather of a city"""
    return f"22 degrees in {city}"


store = InMemoryDocumentStore()
store.write_documents([Document(content="Lisbon is warm.", embedding=[0.25, -0.5, 0.125])])
desk = Pipeline()
desk.add_component("embedder", OpenAITextEmbedder(model="text-embedding-3-small"))
desk.add_component("retriever", InMemoryEmbeddingRetriever(store))
desk.add_component(
    "prompt", ChatPromptBuilder([ChatMessage.from_user("{{documents}} {{question}}")], required_variables="*")
)
desk.add_component("llm", OpenAIChatGenerator(model="gpt-5"))
desk.connect("embedder.embedding", "retriever.query_embedding")
desk.connect("retriever.documents", "prompt.documents")
desk.connect("prompt.prompt", "llm.messages")
question = "How is Lisbon?"
desk.run({"embedder": {"text": question}, "prompt": {"question": question}})
agent = Agent(chat_generator=OpenAIChatGenerator(model="gpt-4o"), tools=[weather], system_prompt="You plan trips.")
agent.run(messages=[ChatMessage.from_user("How is the weather in Lisbon?")])
stream = OpenAIChatGenerator(
    model="gpt-4o",
    streaming_callback=lambda chunk: None,
    generation_kwargs={"stream_options": {"include_usage": True}},
)
pipe = Pipeline()
pipe.add_component("llm", stream)
pipe.run({"llm": {"messages": [ChatMessage.from_user("Sum up Lisbon.")]}})
try:
    failing = Pipeline()
    failing.add_component("llm", OpenAIChatGenerator(model="gpt-4o-context"))
    failing.run({"llm": {"messages": [ChatMessage.from_user("Sum up Lisbon.")]}})
except Exception:
    pass
provider.shutdown()
