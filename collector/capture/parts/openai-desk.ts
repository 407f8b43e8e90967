import type OpenAI from 'openai'

const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'weather',
      description: 'The weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

/**
 * A travel desk on the bare client: a tool loop, a cached and thinking call, streams with and without usage, an answer
 * cut short, the Responses API, embeddings, a call that is retried, and calls that fail.
 */
export async function openaiDesk(client: OpenAI, weather: (city: string) => Promise<string>): Promise<void> {
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'system', content: 'You plan trips.' },
    { role: 'user', content: 'How is the weather in Lisbon?' },
  ]
  const first = await client.chat.completions.create({ model: 'gpt-4o', messages, tools, temperature: 0.2 })
  const asked = first.choices[0]?.message
  if (asked !== undefined) messages.push(asked)
  for (const call of asked?.tool_calls ?? []) {
    if (call.type !== 'function') continue
    const { city } = JSON.parse(call.function.arguments) as { city: string }
    messages.push({ role: 'tool', tool_call_id: call.id, content: await weather(city) })
  }
  await client.chat.completions.create({ model: 'gpt-4o', messages, tools })
  await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: 'Think about Lisbon.' }] })

  const ask: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Sum up Lisbon.' }]
  const told = { include_usage: true }
  for await (const _ of await client.chat.completions.create({
    model: 'gpt-4o',
    messages: ask,
    stream: true,
    stream_options: told,
  }));
  for await (const _ of await client.chat.completions.create({ model: 'gpt-4o', messages: ask, stream: true }));
  await client.chat.completions.create({ model: 'gpt-4o', messages: ask, max_completion_tokens: 8 })

  await client.responses.create({ model: 'gpt-5', input: 'Name a sight of Lisbon.', user: 'user-3' })
  for await (const _ of await client.responses.create({ model: 'gpt-5', input: 'And another.', stream: true }));
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'Lisbon' })

  await client.chat.completions.create({ model: 'gpt-4o-mini-flaky', messages: ask })
  const impatient = { maxRetries: 0 }
  await client.chat.completions.create({ model: 'gpt-4o-limit', messages: ask }, impatient).catch(() => null)
  await client.chat.completions.create({ model: 'gpt-4o-context', messages: ask }, impatient).catch(() => null)
}
