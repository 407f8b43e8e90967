/**
 * A model provider on this machine: Chat Completions and embeddings as the `openai` client speaks them, with streaming,
 * tool calls, usage, 429 and 500. It needs no key and no network. The same seed and questions give the same answers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, answerTo, type Message } from './script.ts'

export interface Provider extends AsyncDisposable {
  /** Base URL for the client, e.g. `http://127.0.0.1:41234/v1`. */
  readonly url: string
}

export interface ProviderSettings {
  readonly seed: number
  /** 1 is believable, 0 answers at once. */
  readonly pace: number
}

interface ChatRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly stream?: boolean
  readonly max_completion_tokens?: number
  readonly stream_options?: { readonly include_usage?: boolean }
}

export async function startProvider({ seed, pace }: ProviderSettings): Promise<Provider> {
  let requests = 0
  const tries = new Map<string, number>()

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    if (request.url === '/v1/embeddings') return json(response, 200, embeddings(body as EmbeddingRequest))
    if (request.url !== '/v1/chat/completions') return json(response, 404, { error: { message: 'no such route' } })
    const chat = body as ChatRequest
    const question = JSON.stringify(chat.messages)
    const attempt = (tries.get(question) ?? 0) + 1
    tries.set(question, attempt)
    const answer = answerTo(chat.messages, attempt, seed)
    requests += 1
    await sleep(pace * jitter(120, 380, seed + requests))
    if (answer.status !== 200) return refuse(response, answer.status)
    const id = `chatcmpl-${seed}-${requests}`
    if (chat.stream) return stream(response, chat, answer, id, pace)
    return json(response, 200, completion(chat, answer, id))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function completion(chat: ChatRequest, answer: Answer, id: string) {
  const { model } = chat
  const message = { role: 'assistant', content: answer.text || null, ...toolCalls(answer, id) }
  const choices = [{ index: 0, message, finish_reason: finishReason(answer) }]
  return { id, object: 'chat.completion', created: 0, model, choices, usage: usageOf(chat, answer) }
}

async function stream(response: ServerResponse, chat: ChatRequest, answer: Answer, id: string, pace: number) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (rest: object) =>
    response.write(
      `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 0, model: chat.model, ...rest })}\n\n`,
    )
  const delta = (delta: object, finish_reason: string | null = null) =>
    send({ choices: [{ index: 0, delta, finish_reason }] })

  delta({ role: 'assistant', content: '' })
  for (const words of answer.text.match(/\S+\s*\S*\s*\S*\s*/g) ?? []) {
    delta({ content: words })
    await sleep(pace * 8)
  }
  if (answer.tool) delta(toolCalls(answer, id))
  delta({}, finishReason(answer))
  if (chat.stream_options?.include_usage) send({ choices: [], usage: usageOf(chat, answer) })
  response.end('data: [DONE]\n\n')
}

const finishReason = (answer: Answer) => (answer.tool ? 'tool_calls' : 'stop')

function toolCalls({ tool }: Answer, id: string) {
  if (tool === undefined) return {}
  const call = { name: tool.name, arguments: JSON.stringify(tool.args) }
  return { tool_calls: [{ index: 0, id: `call-${id}`, type: 'function', function: call }] }
}

/** About four characters a token, as English has; the long system prompt counts as cached from its second use on. */
function usageOf({ messages, max_completion_tokens: most = Number.POSITIVE_INFINITY }: ChatRequest, answer: Answer) {
  const prompt = 400 + Math.ceil(JSON.stringify(messages).length / 4)
  const wanted = Math.ceil((answer.text.length + JSON.stringify(answer.tool ?? '').length) / 4) + answer.reasoning
  const written = Math.min(wanted, most)
  return {
    prompt_tokens: prompt,
    completion_tokens: written,
    total_tokens: prompt + written,
    prompt_tokens_details: { cached_tokens: messages.length > 2 ? 384 : 0 },
    completion_tokens_details: { reasoning_tokens: answer.reasoning },
  }
}

interface EmbeddingRequest {
  readonly model: string
  readonly input: readonly string[]
}

function embeddings({ model, input }: EmbeddingRequest) {
  const data = input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
  const tokens = Math.ceil(input.join(' ').length / 4)
  return { object: 'list', model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

/** Words hashed into 64 directions: texts that share words point the same way. */
function vectorOf(text: string): number[] {
  const vector = new Array<number>(64).fill(0)
  for (const word of text.toLowerCase().match(/[a-z]{4,}/g) ?? []) {
    const direction = [...word.slice(0, 6)].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 64, 7)
    vector[direction] = (vector[direction] ?? 0) + 1
  }
  return vector
}

function refuse(response: ServerResponse, status: 429 | 500): void {
  if (status === 429) response.setHeader('retry-after', '0')
  const type = status === 429 ? 'rate_limit_exceeded' : 'server_error'
  json(response, status, {
    error: { message: `The demo provider answers ${status} here on purpose.`, type, code: type },
  })
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
}

/** Milliseconds between two bounds, the same for the same seed. */
function jitter(from: number, to: number, seed: number): number {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0
  return from + (mixed / 2 ** 32) * (to - from)
}
