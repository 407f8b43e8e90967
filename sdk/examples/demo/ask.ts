/** One question to a model, allowed and seen by Outrider: its money, its stream, its tokens, and every try of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type GuardedModel, type GuardedModelOptions, outrider } from '@outrider/sdk'
import OpenAI from 'openai'

export type Message = OpenAI.ChatCompletionMessageParam

export interface Question {
  readonly client: OpenAI
  readonly provider: string
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools?: readonly OpenAI.ChatCompletionTool[]
  /** JSON Schema that the answer must fit; one that does not rejects with a DeniedError that says why. */
  readonly schema?: OutputSchema
  readonly meter: Meter
}

type OutputSchema = NonNullable<GuardedModelOptions['schema']>

/** What one run has used so far, every try counted. */
export interface Meter {
  calls: number
  tokens: number
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly args: string
}

export interface Answer {
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
}

const TRIES = 3

/** Of one answer, reasoning included: what the gate holds money for. */
const MAX_OUTPUT_TOKENS = 1500

/**
 * Asks again after a rate limit or a server error. Rejects with the client's error after the third try, and at once with a
 * DeniedError where the gate says no.
 */
export async function ask(question: Question): Promise<Answer> {
  let previous: string | undefined
  for (let attempt = 1; ; attempt += 1) {
    const { provider, model, messages, tools, schema, meter } = question
    const body = { messages, tools }
    const asked = { provider, model, input: messages, body, schema, maxOutputTokens: MAX_OUTPUT_TOKENS }
    meter.calls += 1
    try {
      return await outrider.guard({ ...asked, stream: true, attempt, retryOf: previous }, (call) => {
        previous = call.spanId
        return answer({ ...question, ...call.redacted(body) }, call)
      })
    } catch (error) {
      if (attempt === TRIES || !isPassing(error)) throw error
      await sleep(50 * 2 ** attempt)
    }
  }
}

/**
 * Calls the model that was allowed, with the output limit that was held, and stops when it is told to. What it says is
 * used as the guards let it out.
 */
async function answer({ client, messages, tools, meter }: Asked, call: GuardedModel): Promise<Answer> {
  const stream = await client.chat.completions.create(
    {
      model: call.model,
      messages: [...messages],
      ...(tools === undefined ? {} : { tools: [...tools] }),
      ...(call.maxOutputTokens === undefined ? {} : { max_completion_tokens: call.maxOutputTokens }),
      stream: true,
      stream_options: { include_usage: true },
    },
    { signal: call.signal },
  )
  let text = ''
  const words = call.stream('text')
  const toolCalls: ToolCall[] = []
  for await (const chunk of stream) {
    call.chunk()
    call.responded(chunk)
    const choice = chunk.choices[0]
    text += await words.push(choice?.delta.content ?? '')
    for (const { id, function: called } of choice?.delta.tool_calls ?? []) {
      const written = call.stream('arguments')
      const args = (await written.push(called?.arguments ?? '{}')) + (await written.end())
      toolCalls.push({ id: id ?? '', name: called?.name ?? '', args })
    }
    if (choice?.finish_reason) call.finish(choice.finish_reason)
    if (chunk.usage) {
      const { prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details } = chunk.usage
      meter.tokens += prompt_tokens + completion_tokens
      call.usage({
        inputTokens: prompt_tokens,
        outputTokens: completion_tokens,
        cacheReadTokens: prompt_tokens_details?.cached_tokens,
        reasoningTokens: completion_tokens_details?.reasoning_tokens,
      })
    }
  }
  text += await words.end()
  call.output(text || toolCalls)
  return { text, toolCalls }
}

/** With the tools, or none, that the body had. */
type Asked = Pick<Question, 'client' | 'messages' | 'meter'> & {
  readonly tools?: readonly OpenAI.ChatCompletionTool[] | undefined
}

const isPassing = (error: unknown) =>
  error instanceof OpenAI.RateLimitError || error instanceof OpenAI.InternalServerError
