import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerConverse, bedrockPath } from './provider-bedrock.ts'
import { answerChat } from './provider-chat.ts'
import { answerGemini, geminiPath } from './provider-gemini.ts'
import { answerMessages } from './provider-messages.ts'
import { answerResponses } from './provider-responses.ts'
import { type Asked, type Billed, type Json, served, texts } from './script.ts'

/** One request as the provider saw and billed it: what every captured payload is compared with. */
export interface Truth extends Billed {
  readonly path: string
  readonly model: string
  readonly served: string | null
  readonly responseId: string | null
  readonly stream: boolean
  /** False where the provider was not asked to tell the usage of a stream: no library can know it. */
  readonly usageTold: boolean
  readonly status: number
  /** Names of the tools that the model asked for. */
  readonly toolsRequested: readonly string[]
}

export interface Provider {
  readonly url: string
  readonly log: readonly Truth[]
  close(): void
}

/**
 * An LLM provider on localhost that speaks OpenAI, Anthropic, Gemini and Bedrock and answers by rule, so that the same program is billed
 * the same each time. See README.md for the rules. No two requests are billed the same: mixed up calls are seen.
 */
export async function createProvider(): Promise<Provider> {
  const log: Truth[] = []
  const flaky = new Set<string>()
  const server = createServer((request, response) => {
    read(request)
      .then((body) => answer(request.url ?? '', body, response))
      .catch((error: unknown) => response.writeHead(500).end(String(error)))
  })

  function answer(url: string, body: Json, response: ServerResponse): void {
    const path = url.replace(/\?.*/, '').replace(/^\/v1/, '')
    const [, gemini, verb] = geminiPath.exec(url.replace(/\?.*/, '')) ?? []
    const [, bedrock] = bedrockPath.exec(decodeURIComponent(url)) ?? []
    const stream = gemini === undefined ? body.stream === true : verb === 'streamGenerateContent'
    const asked: Asked = { number: log.length, body, model: gemini ?? bedrock ?? String(body.model ?? ''), stream }
    const failure = failureOf(asked, flaky)
    if (failure !== null) {
      log.push({ ...unbilled, path, model: asked.model, stream: asked.stream, status: failure.status })
      response.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers })
      response.end(JSON.stringify(path === '/messages' ? { type: 'error', error: failure.error } : failure))
      return
    }
    const answering = gemini ? answerGemini : bedrock ? answerConverse : answers[path]
    const told = answering?.(asked, response)
    if (told === undefined) {
      response.writeHead(404).end('{}')
      return
    }
    log.push({ path, model: asked.model, served: served(asked.model), stream: asked.stream, status: 200, ...told })
  }

  return {
    url: await listening(server),
    log,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const answers: Readonly<Record<string, (asked: Asked, response: ServerResponse) => Told>> = {
  '/chat/completions': answerChat,
  '/responses': answerResponses,
  '/messages': answerMessages,
  '/embeddings': answerEmbeddings,
}

export type Told = Billed & Pick<Truth, 'responseId' | 'usageTold' | 'toolsRequested'>

const unbilled = {
  served: null,
  responseId: null,
  usageTold: false,
  input: null,
  output: null,
  cacheRead: null,
  cacheWrite: null,
  reasoning: null,
  finish: null,
  toolsRequested: [],
} as const

interface Failure {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly error: Json
}

/** By the model's name: `…-limit` and `…-fail` always, `…-flaky` the first time, `…-context` as too long an input. */
function failureOf({ model }: Asked, flaky: Set<string>): Failure | null {
  const again = { 'retry-after-ms': '1', 'retry-after': '0' }
  if (model.endsWith('-limit') || (model.endsWith('-flaky') && !flaky.has(model))) {
    flaky.add(model)
    const error = { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'Rate limit reached', param: null }
    return { status: 429, headers: again, error }
  }
  if (model.endsWith('-fail')) {
    return { status: 500, headers: again, error: { type: 'server_error', message: 'The server had an error' } }
  }
  if (model.endsWith('-context')) {
    const error = {
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      message: "This model's maximum context length is 8192 tokens",
      param: 'messages',
    }
    return { status: 400, headers: {}, error }
  }
  return null
}

function answerEmbeddings({ number, body, model }: Asked, response: ServerResponse): Told {
  const inputs = Array.isArray(body.input) ? body.input : [body.input]
  const vector = [0.25, -0.5, 0.125]
  const coded = Buffer.from(Float32Array.from(vector).buffer).toString('base64')
  const input = 11 + 17 * number
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({
      object: 'list',
      model: served(model),
      data: inputs.map((_, index) => ({
        object: 'embedding',
        index,
        embedding: body.encoding_format === 'base64' ? coded : vector,
      })),
      usage: { prompt_tokens: input, total_tokens: input },
    }),
  )
  return {
    responseId: null,
    usageTold: true,
    input,
    output: null,
    cacheRead: null,
    cacheWrite: null,
    reasoning: null,
    finish: null,
    toolsRequested: [],
  }
}

async function read(request: IncomingMessage): Promise<Json> {
  const sent = await texts(request)
  return sent === '' ? {} : (JSON.parse(sent) as Json)
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
