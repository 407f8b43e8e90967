# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "langchain==1.4.7",
#   "langchain-openai==1.7.3",
#   "langgraph==1.2.22",
#   "openinference-instrumentation-langchain==0.1.80",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import langgraph_desk
from openinference.instrumentation.langchain import LangChainInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
LangChainInstrumentor().instrument()
langgraph_desk.run()
provider.shutdown()
