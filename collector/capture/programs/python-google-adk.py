# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "google-adk==2.13.0",
#   "litellm==1.106.2",
#   "opentelemetry-exporter-otlp-proto-http==1.45.2",
# ]
# ///
from telemetry import start_telemetry

provider = start_telemetry()

import adk_desk

adk_desk.run()
provider.shutdown()
