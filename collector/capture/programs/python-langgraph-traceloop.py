# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "langchain==1.4.7",
#   "langchain-openai==1.7.3",
#   "langgraph==1.2.22",
#   "opentelemetry-instrumentation-langchain==0.62.4",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
import langgraph_desk
from opentelemetry.instrumentation.langchain import LangchainInstrumentor
from telemetry import start_telemetry

provider = start_telemetry()
LangchainInstrumentor().instrument()
langgraph_desk.run()
provider.shutdown()
