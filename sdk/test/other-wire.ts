/** Anthropic's and Google's wire formats. */
import { still } from './openai-wire.ts'
import { type Body, INPUT, number, type Usage, type Wire } from './wire.ts'

export function messages(body: Body): Wire {
  const tools = Array.isArray(body.tools) && body.tools.length > 0
  const call = { type: 'tool_use', id: 'toolu_1', name: 'lookup' }
  const stop = (cut: boolean) => (cut ? 'max_tokens' : tools ? 'tool_use' : 'end_turn')
  const whole = (text: string, billed: Usage, cut: boolean | null) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: text === '' ? [] : [{ type: 'text', text }, ...(tools ? [{ ...call, input: { order: 7 } }] : [])],
    stop_reason: cut === null ? null : stop(cut),
    stop_sequence: null,
    usage: {
      input_tokens: (billed?.input ?? 4) - 4,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 4,
      output_tokens: billed?.output ?? 0,
    },
  })
  return {
    streams: body.stream === true,
    limit: number(body.max_tokens) as number,
    mark: '',
    whole,
    begin: () => [
      { type: 'message_start', message: { ...whole('', { input: INPUT, output: 1 }, null), content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
    ],
    piece: (text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    finish: (billed, cut) => [
      { type: 'content_block_stop', index: 0 },
      ...(tools
        ? [
            { type: 'content_block_start', index: 1, content_block: { ...call, input: {} } },
            { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"order"' } },
            { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: ':7}' } },
            { type: 'content_block_stop', index: 1 },
          ]
        : []),
      {
        type: 'message_delta',
        delta: { stop_reason: stop(cut), stop_sequence: null },
        usage: { output_tokens: billed?.output ?? 0 },
      },
      { type: 'message_stop' },
    ],
  }
}

export function google(path: string, body: Body): Wire {
  const { maxOutputTokens } = (body.generationConfig ?? {}) as { maxOutputTokens?: number }
  const base = { responseId: 'r1', modelVersion: 'gemini-2.5-flash' }
  const calls = Array.isArray(body.tools) && !JSON.stringify(body.contents).includes('functionResponse')
  const candidate = (text: string, finishReason?: string) => ({
    index: 0,
    content: { role: 'model', parts: [calls ? { functionCall: { name: 'lookup', args: { order: 7 } } } : { text }] },
    ...(finishReason ? { finishReason } : {}),
  })
  const told = (billed: Usage) =>
    billed && {
      usageMetadata: {
        promptTokenCount: billed.input,
        candidatesTokenCount: billed.output,
        totalTokenCount: billed.input + billed.output,
      },
    }
  return {
    streams: path.includes('streamGenerateContent'),
    limit: number(maxOutputTokens) as number,
    mark: '',
    whole: (text, billed, cut) => ({
      ...base,
      candidates: [candidate(text, cut ? 'MAX_TOKENS' : 'STOP')],
      ...told(billed),
    }),
    begin: () => [],
    piece: (text) => ({ ...base, candidates: [candidate(text)] }),
    finish: (billed, cut) => [{ ...base, candidates: [candidate('', cut ? 'MAX_TOKENS' : 'STOP')], ...told(billed) }],
  }
}

/** Tells no usage. */
export const googleEmbeddings = ({ requests }: Body): Wire => ({
  ...still,
  textless: true,
  whole: () => ({ embeddings: (requests as readonly unknown[]).map(() => ({ values: [0.5, -0.25] })) }),
})
