import type Anthropic from '@anthropic-ai/sdk'

type Message = Anthropic.MessageParam
const system = [{ type: 'text' as const, text: 'You plan trips.', cache_control: { type: 'ephemeral' as const } }]
const tools = [
  {
    name: 'weather',
    description: 'The weather of a city',
    input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
  },
]

/**
 * A travel desk on Anthropic's client: a tool loop that writes and reads the cache, streams in both ways the client has,
 * an answer cut short, a call that is retried, and one that fails.
 */
export async function anthropicDesk(client: Anthropic, weather: (city: string) => Promise<string>): Promise<void> {
  const model = 'claude-sonnet-4-5'
  const messages: Message[] = [{ role: 'user', content: 'How is the weather in Lisbon?' }]
  const first = await client.messages.create({ model, max_tokens: 500, system, tools, messages })
  messages.push({ role: 'assistant', content: first.content })
  for (const block of first.content) {
    if (block.type !== 'tool_use') continue
    const content = await weather((block.input as { city: string }).city)
    messages.push({ role: 'user', content: [{ type: 'tool_result', tool_use_id: block.id, content }] })
  }
  await client.messages.create({ model, max_tokens: 500, system, tools, messages })

  const ask: Message[] = [{ role: 'user', content: 'Sum up Lisbon.' }]
  for await (const _ of await client.messages.create({ model, max_tokens: 500, messages: ask, stream: true }));
  await client.messages.stream({ model, max_tokens: 500, system, messages: ask }).finalMessage()
  await client.messages.create({ model, max_tokens: 8, messages: ask, metadata: { user_id: 'user-3' } })

  await client.messages.create({ model: 'claude-haiku-4-5-flaky', max_tokens: 500, messages: ask })
  const impatient = { maxRetries: 0 }
  await client.messages
    .create({ model: 'claude-sonnet-4-5-limit', max_tokens: 500, messages: ask }, impatient)
    .catch(() => null)
}
