import type { ServerResponse } from 'node:http'
import type { Told } from './provider.ts'
import { type Asked, field, type Json, list, pieces, reply, send, served, stream } from './script.ts'

/** Anthropic Messages. A `cache_control` anywhere writes the cache, and reads it from the second turn on. */
export function answerMessages(asked: Asked, response: ServerResponse): Told {
  const { body, model, number } = asked
  const tools = list(body.tools).map((tool) => ({
    name: String(field(tool, 'name')),
    schema: (field(tool, 'input_schema') ?? {}) as Json,
  }))
  const called = new Set(
    list(body.messages).flatMap((message) =>
      list(field(message, 'content'))
        .filter((block) => field(block, 'type') === 'tool_use')
        .map((block) => String(field(block, 'name'))),
    ),
  )
  const format = (field(field(body.output_config, 'format'), 'schema') ?? field(body.output_format, 'schema')) as
    | Json
    | undefined
  const said = reply(number, tools, called, format ?? null, body.max_tokens)
  const caches = JSON.stringify(body).includes('"cache_control"')
  const isLater = list(body.messages).some((message) => field(message, 'role') === 'assistant')
  const uncached = 21 + 7 * number
  const cacheRead = caches && isLater ? 2048 : 0
  const cacheWrite = caches ? 512 + number : 0
  const output = 30 + 3 * number
  const finish = said.calls.length > 0 ? 'tool_use' : said.truncated ? 'max_tokens' : 'end_turn'
  const id = `msg_${number}`
  const usage = {
    input_tokens: uncached,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    service_tier: 'standard',
  }
  const content: Json[] =
    said.calls.length > 0
      ? said.calls.map((call) => ({
          type: 'tool_use',
          id: call.id.replace('call', 'toolu'),
          name: call.name,
          input: JSON.parse(call.arguments),
        }))
      : [{ type: 'text', text: said.text }]
  const whole = { id, type: 'message', role: 'assistant', model: served(model), content, stop_sequence: null }
  const requestId = { 'request-id': `req_${number}` }
  if (asked.stream) {
    response.setHeader('request-id', requestId['request-id'])
    stream(response, eventsOf({ ...whole, usage: { ...usage, output_tokens: 1 } }, content, finish, usage), true)
  } else send(response, { ...whole, stop_reason: finish, usage }, requestId)
  return {
    input: uncached + cacheRead + cacheWrite,
    output,
    cacheRead,
    cacheWrite,
    reasoning: null,
    finish,
    responseId: id,
    usageTold: true,
    toolsRequested: said.calls.map(({ name }) => name),
  }
}

function eventsOf(whole: Json, content: readonly Json[], finish: string, usage: Json): Json[] {
  const events: Json[] = [{ type: 'message_start', message: { ...whole, content: [], stop_reason: null } }]
  for (const [index, block] of content.entries()) {
    if (block.type === 'tool_use') {
      const partial_json = JSON.stringify(block.input)
      events.push(
        { type: 'content_block_start', index, content_block: { ...block, input: {} } },
        { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } },
      )
    } else {
      events.push(
        { type: 'content_block_start', index, content_block: { ...block, text: '' } },
        ...pieces(String(block.text)).map((text) => ({
          type: 'content_block_delta',
          index,
          delta: { type: 'text_delta', text },
        })),
      )
    }
    events.push({ type: 'content_block_stop', index })
  }
  const delta = { stop_reason: finish, stop_sequence: null }
  return [...events, { type: 'message_delta', delta, usage }, { type: 'message_stop' }]
}
