"""A travel desk on Anthropic's client: a tool loop over a cached prompt, streams, an answer cut short, calls that fail."""

TOOLS = [
    {
        "name": "weather",
        "description": "The weather of a city",
        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
]
MODEL = "claude-sonnet-4-5"


def anthropic_desk(client, weather):
    create = client.messages.create
    system = [{"type": "text", "text": "You plan trips.", "cache_control": {"type": "ephemeral"}}]
    messages = [{"role": "user", "content": "How is the weather in Lisbon?"}]
    asked = create(model=MODEL, max_tokens=1024, system=system, messages=messages, tools=TOOLS)
    messages.append({"role": "assistant", "content": [block.model_dump() for block in asked.content]})
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": weather(block.input["city"])}
        for block in asked.content
        if block.type == "tool_use"
    ]
    messages.append({"role": "user", "content": results})
    create(model=MODEL, max_tokens=1024, system=system, messages=messages, tools=TOOLS)

    ask = [{"role": "user", "content": "Sum up Lisbon."}]
    for _ in create(model=MODEL, max_tokens=1024, messages=ask, stream=True):
        pass
    with client.messages.stream(model=MODEL, max_tokens=1024, system=system, messages=ask) as stream:
        for _ in stream:
            pass
    create(model="claude-haiku-4-5", max_tokens=8, messages=ask)
    create(model="claude-haiku-4-5-flaky", max_tokens=64, messages=ask)
    try:
        client.with_options(max_retries=0).messages.create(model=f"{MODEL}-limit", max_tokens=64, messages=ask)
    except Exception:
        pass
