import type { ServerResponse } from 'node:http'
import type { Told } from './provider.ts'
import { type Asked, billOpenAi, field, type Json, list, pieces, reply, send, served, stream } from './script.ts'

/** OpenAI Chat Completions. */
export function answerChat(asked: Asked, response: ServerResponse): Told {
  const { body, model, number } = asked
  const tools = list(body.tools).map((tool) => {
    const fn = field(tool, 'function')
    return { name: String(field(fn, 'name')), schema: (field(fn, 'parameters') ?? {}) as Json }
  })
  const called = new Set(
    list(body.messages).flatMap((message) =>
      list(field(message, 'tool_calls')).map((call) => String(field(field(call, 'function'), 'name'))),
    ),
  )
  const format = field(field(body.response_format, 'json_schema'), 'schema') as Json | undefined
  const said = reply(number, tools, called, format ?? null, body.max_completion_tokens ?? body.max_tokens)
  const billed = billOpenAi(asked, said)
  const id = `chatcmpl-${number}`
  const head = { id, created: 1_770_000_000, model: served(model) }
  const usage = {
    prompt_tokens: billed.input,
    completion_tokens: billed.output,
    total_tokens: billed.input + (billed.output ?? 0),
    prompt_tokens_details: { cached_tokens: billed.cacheRead },
    completion_tokens_details: { reasoning_tokens: billed.reasoning },
  }
  const calls = said.calls.map((call, index) => ({
    index,
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }))
  const told = { ...billed, responseId: id, toolsRequested: said.calls.map(({ name }) => name) }
  if (!asked.stream) {
    const message = {
      role: 'assistant',
      content: said.text,
      ...(calls.length > 0 ? { tool_calls: calls.map(({ index: _, ...call }) => call) } : {}),
    }
    const choices = [{ index: 0, message, finish_reason: billed.finish, logprobs: null }]
    send(response, { ...head, object: 'chat.completion', choices, usage })
    return { ...told, usageTold: true }
  }
  const usageTold = field(body.stream_options, 'include_usage') === true
  const chunk = (delta: Json, finish: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(usageTold ? { usage: null } : {}),
  })
  const deltas =
    calls.length > 0
      ? calls.map((call) => ({ tool_calls: [call] }))
      : pieces(said.text ?? '').map((content) => ({ content }))
  const chunks: Json[] = [
    chunk({ role: 'assistant', content: calls.length > 0 ? null : '' }),
    ...deltas.map((d) => chunk(d)),
  ]
  chunks.push(chunk({}, billed.finish))
  if (usageTold) chunks.push({ ...head, object: 'chat.completion.chunk', choices: [], usage })
  stream(response, chunks, false)
  return { ...told, usageTold }
}
