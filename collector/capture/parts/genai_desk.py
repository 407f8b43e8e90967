"""A travel desk on Google's client: a tool called by hand, a thinking model with a cached prompt, a stream, a failure."""

from google import genai
from google.genai import types


def run(weather):
    client = genai.Client(api_key="key-of-nobody")
    generate = client.models.generate_content
    declaration = types.FunctionDeclaration(
        name="weather",
        description="The weather of a city",
        parameters={"type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": ["city"]},
    )
    config = types.GenerateContentConfig(
        system_instruction="You plan trips.", tools=[types.Tool(function_declarations=[declaration])], temperature=0.2
    )
    contents = [types.Content(role="user", parts=[types.Part(text="How is the weather in Lisbon?")])]
    asked = generate(model="gemini-2.5-flash", contents=contents, config=config)
    call = asked.candidates[0].content.parts[0].function_call
    contents.append(asked.candidates[0].content)
    contents.append(
        types.Content(
            role="user", parts=[types.Part.from_function_response(name=call.name, response={"is": weather(call.args["city"])})]
        )
    )
    generate(model="gemini-2.5-flash", contents=contents, config=config)
    generate(model="gemini-2.5-pro", contents="Think about Lisbon. [cached]")
    for _ in client.models.generate_content_stream(model="gemini-2.5-pro", contents="Sum up Lisbon."):
        pass
    generate(model="gemini-2.5-flash", contents="Sum up.", config=types.GenerateContentConfig(max_output_tokens=8))
    try:
        generate(model="gemini-2.5-flash-context", contents="Sum up Lisbon.")
    except Exception:
        pass
