/** What differs between majors of the AI SDK, as each program imports it. */
export interface AiSdk {
  // the majors do not share types: each is called as its own documentation says
  // biome-ignore lint/suspicious/noExplicitAny: four incompatible versions of one library
  readonly ai: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly openai: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly anthropic: any
  /** How a tool loop is bounded. */
  readonly steps: object
  readonly telemetry: (agent: string) => object
}

/**
 * A travel desk on the AI SDK: a tool loop, a stream, a structured answer, a call that writes Anthropic's cache,
 * embeddings, a retried call and one that fails.
 */
export async function aiDesk({ ai, openai, anthropic, steps, telemetry }: AiSdk): Promise<void> {
  const chat = (model: string) => (openai.chat ?? openai)(model)
  const schema = ai.jsonSchema({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  })
  const weather = ai.tool({
    description: 'The weather of a city',
    parameters: schema,
    inputSchema: schema,
    execute: async ({ city }: { city: string }) => `22 degrees in ${city}`,
  })
  await ai.generateText({
    model: chat('gpt-4o'),
    system: 'You plan trips.',
    prompt: 'How is the weather in Lisbon?',
    tools: { weather },
    ...steps,
    ...telemetry('planner'),
  })
  const streamed = ai.streamText({ model: openai.responses('gpt-5'), prompt: 'Sum up Lisbon.', ...telemetry('writer') })
  for await (const _ of (await streamed).textStream);
  await ai.generateObject({ model: chat('gpt-4o-mini'), schema, prompt: 'Which city?', ...telemetry('sorter') })
  const cached = { anthropic: { cacheControl: { type: 'ephemeral' } } }
  await ai.generateText({
    model: anthropic('claude-sonnet-4-5'),
    messages: [
      { role: 'user', content: 'How is Lisbon?', providerOptions: cached },
      { role: 'assistant', content: 'Fine.' },
      { role: 'user', content: 'And now?' },
    ],
    ...telemetry('writer'),
  })
  const embedding = openai.embedding ?? openai.textEmbeddingModel
  await ai.embed({ model: embedding('text-embedding-3-small'), value: 'Lisbon', ...telemetry('indexer') })
  const ask = { prompt: 'Sum up Lisbon.', ...telemetry('writer') }
  await ai.generateText({ model: chat('gpt-4o-flaky'), maxRetries: 1, ...ask })
  await ai.generateText({ model: chat('gpt-4o-fail'), maxRetries: 0, ...ask }).catch(() => null)
}
