"""A travel desk on Amazon Bedrock's Converse API: a tool loop over a cached prompt, an answer cut short, a failing call."""

import boto3

MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"


def run(weather):
    client = boto3.client("bedrock-runtime")
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    spec = {"name": "weather", "description": "The weather of a city", "inputSchema": {"json": schema}}
    given = {
        "modelId": MODEL,
        "system": [{"text": "You plan trips."}, {"cachePoint": {"type": "default"}}],
        "toolConfig": {"tools": [{"toolSpec": spec}]},
    }
    messages = [{"role": "user", "content": [{"text": "How is the weather in Lisbon?"}]}]
    asked = client.converse(messages=messages, **given)["output"]["message"]
    call = asked["content"][0]["toolUse"]
    result = {"toolUseId": call["toolUseId"], "content": [{"text": weather(call["input"]["city"])}]}
    messages += [asked, {"role": "user", "content": [{"toolResult": result}]}]
    client.converse(messages=messages, **given)
    client.converse(modelId=MODEL, messages=messages[:1], inferenceConfig={"maxTokens": 8})
    try:
        client.converse(modelId=f"{MODEL}-context", messages=messages[:1])
    except Exception:
        pass
