# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "google-adk==1.20.0",
#   "litellm==1.79.3",
#   "opentelemetry-exporter-otlp-proto-http==1.37.0",
# ]
# ///
from telemetry import start_telemetry

provider = start_telemetry()

import adk_desk

adk_desk.run()
provider.shutdown()
