import type { ServerResponse } from 'node:http'
import type { Told } from './provider.ts'
import { type Asked, field, type Json, list, pieces, reply, send, served } from './script.ts'

/** Google's Gemini API: the path names the model and whether it streams; thoughts are counted beside the answer. */
export const geminiPath = /^\/v1(?:beta)?\/models\/([^:/]+):(generateContent|streamGenerateContent)$/

export function answerGemini(asked: Asked, response: ServerResponse): Told {
  const { body, model, number } = asked
  const tools = list(body.tools).flatMap((tool) =>
    list(field(tool, 'functionDeclarations')).map((each) => ({
      name: String(field(each, 'name')),
      schema: lowered(field(each, 'parametersJsonSchema') ?? field(each, 'parameters') ?? {}) as Json,
    })),
  )
  const called = new Set(
    list(body.contents)
      .flatMap((content) => list(field(content, 'parts')))
      .map((part) => String(field(field(part, 'functionCall'), 'name'))),
  )
  const config = body.generationConfig
  const said = reply(number, tools, called, null, field(config, 'maxOutputTokens'))
  const input = 900 + 31 * number
  const answer = 20 + 3 * number
  const thoughts = model.includes('pro') ? 96 : 0
  const cacheRead = JSON.stringify(body).includes('[cached]') ? 512 : 0
  const finish = said.truncated ? 'MAX_TOKENS' : 'STOP'
  const id = `gemini-${number}`
  const usageMetadata = {
    promptTokenCount: input,
    candidatesTokenCount: answer,
    totalTokenCount: input + answer + thoughts,
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
    ...(cacheRead > 0 ? { cachedContentTokenCount: cacheRead } : {}),
  }
  const told = { modelVersion: served(model), responseId: id }
  const chunk = (parts: readonly Json[], finishReason?: string) => ({
    candidates: [
      { content: { role: 'model', parts }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) },
    ],
    ...told,
    usageMetadata,
  })
  const calls = said.calls.map((call) => ({ functionCall: { name: call.name, args: JSON.parse(call.arguments) } }))
  if (asked.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunks =
      calls.length > 0
        ? [chunk(calls, finish)]
        : [...pieces(said.text ?? '').map((text) => chunk([{ text }])), chunk([{ text: '' }], finish)]
    response.end(chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join(''))
  } else send(response, chunk(calls.length > 0 ? calls : [{ text: said.text }], finish))
  return {
    input,
    output: answer + thoughts,
    cacheRead,
    cacheWrite: null,
    reasoning: thoughts,
    finish,
    responseId: id,
    usageTold: true,
    toolsRequested: said.calls.map(({ name }) => name),
  }
}

/** Gemini's schemas name types in capitals. */
function lowered(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lowered)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'type' && typeof value === 'string' ? value.toLowerCase() : lowered(value),
    ]),
  )
}
