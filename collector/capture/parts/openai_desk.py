"""
A travel desk on the bare client: a tool loop, a cached and thinking call, streams with and without usage, an answer cut
short, the Responses API, embeddings, a call that is retried, and calls that fail.
"""

import json

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "The weather of a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]


def attempt(call):
    try:
        return call()
    except Exception:
        return None


def openai_desk(client, weather):
    chat = client.chat.completions.create
    messages = [
        {"role": "system", "content": "You plan trips."},
        {"role": "user", "content": "How is the weather in Lisbon?"},
    ]
    asked = chat(model="gpt-4o", messages=messages, tools=TOOLS, temperature=0.2).choices[0].message
    messages.append(asked.model_dump(exclude_none=True))
    for call in asked.tool_calls or []:
        city = json.loads(call.function.arguments)["city"]
        messages.append({"role": "tool", "tool_call_id": call.id, "content": weather(city)})
    chat(model="gpt-4o", messages=messages, tools=TOOLS)
    chat(model="gpt-5", messages=[{"role": "user", "content": "Think about Lisbon."}])

    ask = [{"role": "user", "content": "Sum up Lisbon."}]
    for _ in chat(model="gpt-4o", messages=ask, stream=True, stream_options={"include_usage": True}):
        pass
    for _ in chat(model="gpt-4o", messages=ask, stream=True):
        pass
    chat(model="gpt-4o", messages=ask, max_completion_tokens=8)

    client.responses.create(model="gpt-5", input="Name a sight of Lisbon.", user="user-3")
    for _ in client.responses.create(model="gpt-5", input="And another.", stream=True):
        pass
    client.embeddings.create(model="text-embedding-3-small", input="Lisbon")

    chat(model="gpt-4o-mini-flaky", messages=ask)
    impatient = client.with_options(max_retries=0)
    attempt(lambda: impatient.chat.completions.create(model="gpt-4o-limit", messages=ask))
    attempt(lambda: impatient.chat.completions.create(model="gpt-4o-context", messages=ask))
