/** Clients of Stainless' making: the three newest release lines of each, side by side under aliases. */
import type AnthropicClient from '@anthropic-ai/sdk'
import type OpenAIClient from 'openai'
import { type Subject, versionOf } from './check.ts'

/** One call of a client, as every client of the family has it. */
export interface Kind extends Subject {
  readonly kind: 'openai' | 'anthropic'
  /** The class, for `instanceof`. */
  readonly constructed: abstract new (
    ...args: never[]
  ) => object
  readonly ApiError: abstract new (...args: never[]) => Error
  ask(client: object, more?: object, options?: object): Promise<unknown>
  stream(client: object, more?: object, options?: object): Promise<unknown>
  helper(client: object, more?: object): Helper
  textOf(value: unknown): string
}

interface Helper extends AsyncIterable<unknown> {
  on(event: string, listener: (...args: never[]) => void): unknown
  abort(): void
  readonly controller: AbortController
}

const messages = [{ role: 'user', content: 'Where is my order?' }] as const

async function openai(alias: string): Promise<Kind> {
  const module = (await import(alias)) as { default: typeof OpenAIClient }
  const OpenAI = module.default
  const body = { model: 'gpt-4o-mini', messages: [...messages] }
  const chat = (client: object) => (client as OpenAIClient).chat.completions
  return {
    kind: 'openai',
    name: 'openai',
    version: versionOf(alias),
    make: (settings) => new OpenAI({ apiKey: 'none needed', ...settings, baseURL: `${settings.baseURL}/v1` }),
    constructed: OpenAI,
    ApiError: OpenAI.APIError,
    ask: (client, more, options) => chat(client).create({ ...body, ...more }, options),
    stream: (client, more, options) => chat(client).create({ ...body, ...more, stream: true }, options),
    helper: (client, more) => chat(client).stream({ ...body, ...more }) as unknown as Helper,
    textOf(value) {
      const { choices = [] } = value as {
        choices?: { message?: { content?: string }; delta?: { content?: string } }[]
      }
      const [first] = choices
      return first?.message?.content ?? first?.delta?.content ?? ''
    },
  }
}

async function anthropic(alias: string): Promise<Kind> {
  const module = (await import(alias)) as { default: typeof AnthropicClient }
  const Anthropic = module.default
  const body = { model: 'claude-haiku-4-5', max_tokens: 100, messages: [...messages] }
  const of = (client: object) => (client as AnthropicClient).messages
  return {
    kind: 'anthropic',
    name: '@anthropic-ai/sdk',
    version: versionOf(alias),
    make: (settings) => new Anthropic({ apiKey: 'none needed', ...settings }),
    constructed: Anthropic,
    ApiError: Anthropic.APIError,
    ask: (client, more, options) => of(client).create({ ...body, ...more }, options),
    stream: (client, more, options) => of(client).create({ ...body, ...more, stream: true }, options),
    helper: (client, more) => of(client).stream({ ...body, ...more }) as unknown as Helper,
    textOf(value) {
      const { content = [], delta } = value as { content?: { text?: string }[]; delta?: { text?: string } }
      return content[0]?.text ?? delta?.text ?? ''
    },
  }
}

/** Newest first. */
export const kinds = (): Promise<readonly Kind[]> =>
  Promise.all([
    openai('openai'),
    openai('openai-6'),
    openai('openai-5'),
    anthropic('@anthropic-ai/sdk'),
    anthropic('anthropic-0.137'),
    anthropic('anthropic-0.136'),
  ])
