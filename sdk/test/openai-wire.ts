/** OpenAI's wire formats. */
import { type Billed, type Body, number, type Usage, type Wire } from './wire.ts'

export function chat(body: Body): Wire {
  const { model } = body
  const asks = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true
  const id = 'chatcmpl-1'
  const usageOf = (billed: Usage) =>
    billed && {
      prompt_tokens: billed.input,
      completion_tokens: billed.output,
      total_tokens: billed.input + billed.output,
      prompt_tokens_details: { cached_tokens: 4 },
    }
  const tools = Array.isArray(body.tools) && body.tools.length > 0
  const call = { id: 'call_1', type: 'function', function: { name: 'lookup', arguments: '{"order":7}' } }
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id,
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...(asks ? { usage: null } : {}),
  })
  const reason = (cut: boolean) => (cut ? 'length' : tools ? 'tool_calls' : 'stop')
  return {
    streams: body.stream === true,
    limit: number(body.max_completion_tokens, body.max_tokens) as number,
    mark: 'data: [DONE]\n\n',
    whole: (content, billed, cut) => ({
      id,
      object: 'chat.completion',
      created: 1,
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null, ...(tools ? { tool_calls: [call] } : {}) },
          logprobs: null,
          finish_reason: reason(cut),
        },
      ],
      ...(billed ? { usage: usageOf(billed) } : {}),
    }),
    begin: () => [chunk({ role: 'assistant', content: '', refusal: null })],
    piece: (content) => chunk({ content }),
    finish: (billed, cut) => [
      ...(tools ? [chunk({ tool_calls: [{ index: 0, ...call }] })] : []),
      chunk({}, reason(cut)),
      ...(asks && billed
        ? [{ id, object: 'chat.completion.chunk', created: 1, model, choices: [], usage: usageOf(billed) }]
        : []),
    ],
  }
}

export function responses(body: Body): Wire {
  const base = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: body.model,
    parallel_tool_calls: true,
    tools: [],
  }
  let text = ''
  let sequence = 0
  const numbered = (event: object) => ({ ...event, sequence_number: sequence++ })
  const part = (said: string) => ({ type: 'output_text', text: said, annotations: [], logprobs: [] })
  const item = (said: string) => ({
    id: 'msg_1',
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [part(said)],
  })
  const whole = (said: string, billed: Usage, cut: boolean) => ({
    ...base,
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    error: null,
    output: [item(said)],
    ...(billed
      ? {
          usage: {
            input_tokens: billed.input,
            input_tokens_details: { cached_tokens: 4 },
            output_tokens: billed.output,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: billed.input + billed.output,
          },
        }
      : {}),
  })
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  return {
    streams: body.stream === true,
    limit: number(body.max_output_tokens) as number,
    mark: '',
    whole,
    begin: () =>
      [
        { type: 'response.created', response: { ...base, status: 'in_progress', output: [] } },
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { ...item(''), status: 'in_progress', content: [] },
        },
        { type: 'response.content_part.added', ...at, part: part('') },
      ].map(numbered),
    piece(delta) {
      text += delta
      return numbered({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })
    },
    finish: (billed, cut) =>
      [
        { type: 'response.output_text.done', ...at, text, logprobs: [] },
        { type: 'response.content_part.done', ...at, part: part(text) },
        { type: 'response.output_item.done', output_index: 0, item: item(text) },
        { type: cut ? 'response.incomplete' : 'response.completed', response: whole(text, billed, cut) },
      ].map(numbered),
  }
}

export function completions(body: Body): Wire {
  const asks = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true
  const base = { id: 'cmpl-1', object: 'text_completion', created: 1, model: body.model }
  const usageOf = (billed: Billed) => ({
    prompt_tokens: billed.input,
    completion_tokens: billed.output,
    total_tokens: billed.input + billed.output,
  })
  const choice = (text: string, finish_reason: string | null) => ({ index: 0, text, logprobs: null, finish_reason })
  return {
    streams: body.stream === true,
    limit: number(body.max_tokens) as number,
    mark: 'data: [DONE]\n\n',
    whole: (text, billed, cut) => ({
      ...base,
      choices: [choice(text, cut ? 'length' : 'stop')],
      ...(billed ? { usage: usageOf(billed) } : {}),
    }),
    begin: () => [],
    piece: (text) => ({ ...base, choices: [choice(text, null)], ...(asks ? { usage: null } : {}) }),
    finish: (billed, cut) => [
      { ...base, choices: [choice('', cut ? 'length' : 'stop')], ...(asks ? { usage: null } : {}) },
      ...(asks && billed ? [{ ...base, choices: [], usage: usageOf(billed) }] : []),
    ],
  }
}

/** What is answered as one, and has no words. */
export const still = {
  streams: false,
  limit: Number.POSITIVE_INFINITY,
  mark: '',
  begin: () => [],
  piece: () => ({}),
  finish: () => [],
}

export function embeddings(body: Body): Wire {
  const vector = new Float32Array([0.5, -0.25, 0.125])
  const embedding = body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
  return {
    ...still,
    textless: true,
    whole: (_, billed) => ({
      object: 'list',
      model: body.model,
      data: [{ object: 'embedding', index: 0, embedding }],
      ...(billed ? { usage: { prompt_tokens: billed.input, total_tokens: billed.input } } : {}),
    }),
  }
}

export const images = (): Wire => ({
  ...still,
  whole: (_, billed) => ({
    created: 1,
    data: [{ b64_json: 'aGk=' }],
    ...(billed ? { usage: { input_tokens: billed.input, output_tokens: billed.output, total_tokens: 19 } } : {}),
  }),
})

export const speech = (): Wire => ({ ...still, whole: () => Buffer.from('sound') })

export const transcription = (): Wire => ({
  ...still,
  whole: (text, billed) => ({
    text,
    ...(billed
      ? { usage: { type: 'tokens', input_tokens: billed.input, output_tokens: billed.output, total_tokens: 19 } }
      : {}),
  }),
})
