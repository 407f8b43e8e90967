import { expect, it } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import { read } from './sample.ts'

const scope = (name: string) => ({ scope: { name, version: '' } })

it.each<[string, Record<string, AttributeValue>, object, object]>([
  [
    'Datadog, whose texts are MessagePack',
    {
      '_dd.llmobs.span_kind': 'llm',
      '_dd.llmobs.model_name': 'gpt-5-2025-08-07',
      'gen_ai.operation.name': 'llm',
      'gen_ai.provider.name': 'unknown',
      'gen_ai.request.model': 'gpt-5-2025-08-07',
      'openai.request.model': 'gpt-5',
      'openai.request.provider': 'OpenAI',
      'openai.response.model': 'gpt-5-2025-08-07',
      'gen_ai.usage.input_tokens': 1274,
      'gen_ai.usage.output_tokens': 110,
      'gen_ai.usage.cache_read_input_tokens': 1024,
      'gen_ai.usage.reasoning_output_tokens': 64,
      _llmobs:
        'gaRtZXRhg6VpbnB1dIGobWVzc2FnZXORgqRyb2xlpHVzZXKnY29udGVudKJoaaZvdXRwdXSBqG1lc3NhZ2VzkYGkcm9sZalhc3Npc3RhbnSobWV0YWRhdGGCrWZpbmlzaF9yZWFzb26qdG9vbF9jYWxsc6ZzdHJlYW3D',
    },
    scope(''),
    {
      kind: 'llm',
      dialect: 'datadog',
      provider: 'openai',
      requestModel: 'gpt-5',
      responseModel: 'gpt-5-2025-08-07',
      inputTokens: 1274,
      cacheReadTokens: 1024,
      reasoningTokens: 64,
      finishReason: 'tool_calls',
      streaming: true,
      input: '[{"role":"user","content":"hi"}]',
      output: '[{"role":"assistant"}]',
    },
  ],
  [
    'Datadog with damaged texts',
    { '_dd.llmobs.span_kind': 'tool', 'resource.name': 'weather', _llmobs: 'gaRt' },
    scope(''),
    { kind: 'tool', toolName: 'weather', input: null, toolArgs: null },
  ],
])('%s', (_, attributes, rest, expected) => {
  const span = read(attributes, rest)
  expect(span).toMatchObject(expected)
  // whatever mode content is in, the packed copy of it is not kept
  expect(span.attributes).not.toHaveProperty('_llmobs')
})
