import type { ServerResponse } from 'node:http'
import type { Told } from './provider.ts'
import { type Asked, billOpenAi, field, type Json, list, pieces, reply, send, served, stream } from './script.ts'

/** OpenAI Responses. */
export function answerResponses(asked: Asked, response: ServerResponse): Told {
  const { body, model, number } = asked
  const tools = list(body.tools)
    .filter((tool) => field(tool, 'type') === 'function')
    .map((tool) => ({ name: String(field(tool, 'name')), schema: (field(tool, 'parameters') ?? {}) as Json }))
  const called = new Set(
    list(body.input)
      .filter((item) => field(item, 'type') === 'function_call')
      .map((item) => String(field(item, 'name'))),
  )
  const format = field(field(body.text, 'format'), 'schema') as Json | undefined
  const said = reply(number, tools, called, format ?? null, body.max_output_tokens)
  const billed = billOpenAi(asked, said)
  const id = `resp_${number}`
  const part = { type: 'output_text', text: said.text ?? '', annotations: [], logprobs: [] }
  const items: Json[] =
    said.calls.length > 0
      ? said.calls.map((call) => ({
          id: `fc_${number}`,
          type: 'function_call',
          status: 'completed',
          call_id: call.id,
          name: call.name,
          arguments: call.arguments,
        }))
      : [{ id: `msg_${number}`, type: 'message', status: 'completed', role: 'assistant', content: [part] }]
  const whole = {
    id,
    object: 'response',
    created_at: 1_770_000_000,
    model: served(model),
    status: said.truncated ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: said.truncated ? { reason: 'max_output_tokens' } : null,
    instructions: body.instructions ?? null,
    metadata: {},
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: body.tools ?? [],
    top_p: 1,
    max_output_tokens: body.max_output_tokens ?? null,
    previous_response_id: body.previous_response_id ?? null,
    text: body.text ?? { format: { type: 'text' } },
    truncation: 'disabled',
    output: items,
    usage: {
      input_tokens: billed.input,
      input_tokens_details: { cached_tokens: billed.cacheRead },
      output_tokens: billed.output,
      output_tokens_details: { reasoning_tokens: billed.reasoning },
      total_tokens: billed.input + (billed.output ?? 0),
    },
  }
  if (asked.stream)
    stream(response, numbered([...eventsOf(whole, items, part), { type: 'response.completed', response: whole }]), true)
  else send(response, whole)
  const finish = said.truncated ? 'max_output_tokens' : said.calls.length > 0 ? 'tool_calls' : 'stop'
  return { ...billed, finish, responseId: id, usageTold: true, toolsRequested: said.calls.map(({ name }) => name) }
}

function eventsOf(whole: Json, items: readonly Json[], part: Json): Json[] {
  const begun = { ...whole, status: 'in_progress', output: [], usage: null }
  const events: Json[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
  ]
  for (const [output_index, item] of items.entries()) {
    const at = { output_index, item_id: item.id }
    if (item.type === 'function_call') {
      const empty = { ...item, status: 'in_progress', arguments: '' }
      events.push(
        { type: 'response.output_item.added', output_index, item: empty },
        { type: 'response.function_call_arguments.delta', ...at, delta: item.arguments },
        { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: item.arguments },
      )
    } else {
      const inPart = { ...at, content_index: 0 }
      events.push(
        { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', content: [] } },
        { type: 'response.content_part.added', ...inPart, part: { ...part, text: '' } },
        ...pieces(String(part.text)).map((delta) => ({
          type: 'response.output_text.delta',
          ...inPart,
          delta,
          logprobs: [],
        })),
        { type: 'response.output_text.done', ...inPart, text: part.text, logprobs: [] },
        { type: 'response.content_part.done', ...inPart, part },
      )
    }
    events.push({ type: 'response.output_item.done', output_index, item })
  }
  return events
}

function numbered(events: readonly Json[]): Json[] {
  return events.map((event, sequence_number) => ({ ...event, sequence_number }))
}
