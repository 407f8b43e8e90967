"""Langfuse's wrapper of OpenAI's client and its decorator, with session, user, tags and a score."""

import langfuse
from langfuse import get_client, observe
from openai_desk import openai_desk


@observe(as_type="tool")
def weather(city):
    return f"22 degrees in {city}"


@observe(as_type="retriever")
def guidebook(query):
    return [{"id": "doc-1", "score": 0.9}]


@observe(as_type="agent", name="planner")
def planner(client):
    guidebook("Lisbon")
    openai_desk(client, weather)
    return "It is warm."


def run(client):
    with get_client().start_as_current_observation(name="plan trip", as_type="chain") as span:
        with langfuse.propagate_attributes(user_id="user-3", session_id="thread-7", tags=["beta"]):
            planner(client)
        span.update(output="It is warm.")
    get_client().flush()
