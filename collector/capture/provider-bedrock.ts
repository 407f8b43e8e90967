import type { ServerResponse } from 'node:http'
import type { Told } from './provider.ts'
import { type Asked, field, type Json, list, reply, send } from './script.ts'

/** Amazon Bedrock's Converse API: the path names the model; its input count leaves the cache out. */
export const bedrockPath = /^\/model\/([^/]+)\/converse$/

export function answerConverse({ body, number }: Asked, response: ServerResponse): Told {
  const tools = list(field(body.toolConfig, 'tools')).map((tool) => {
    const spec = field(tool, 'toolSpec')
    return { name: String(field(spec, 'name')), schema: (field(field(spec, 'inputSchema'), 'json') ?? {}) as Json }
  })
  const blocks = list(body.messages).flatMap((message) => list(field(message, 'content')))
  const called = new Set(blocks.map((block) => String(field(field(block, 'toolUse'), 'name'))))
  const said = reply(number, tools, called, null, field(body.inferenceConfig, 'maxTokens'))
  const uncached = 41 + 9 * number
  const cached = JSON.stringify(body).includes('"cachePoint"')
  const cacheRead = cached && called.size > 1 ? 2048 : 0
  const cacheWrite = cached ? 640 + number : 0
  const output = 25 + 3 * number
  const finish = said.calls.length > 0 ? 'tool_use' : said.truncated ? 'max_tokens' : 'end_turn'
  const content = said.calls.map((call) => ({
    toolUse: { toolUseId: call.id, name: call.name, input: JSON.parse(call.arguments) },
  }))
  send(response, {
    output: { message: { role: 'assistant', content: content.length > 0 ? content : [{ text: said.text }] } },
    stopReason: finish,
    usage: {
      inputTokens: uncached,
      outputTokens: output,
      totalTokens: uncached + output + cacheRead + cacheWrite,
      cacheReadInputTokens: cacheRead,
      cacheWriteInputTokens: cacheWrite,
    },
    metrics: { latencyMs: 5 },
  })
  return {
    input: uncached + cacheRead + cacheWrite,
    output,
    cacheRead,
    cacheWrite,
    reasoning: null,
    finish,
    responseId: null,
    usageTold: true,
    toolsRequested: said.calls.map(({ name }) => name),
  }
}
