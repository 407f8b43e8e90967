/** Compiled, never run: a wrapped client has the client's own type, in every version. */
import type Anthropic from '@anthropic-ai/sdk'
import type { GoogleGenAI } from '@google/genai'
import { outrider } from '@outrider/sdk'
import { middleware } from '@outrider/sdk/ai'
import * as ai7 from 'ai'
import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import type Anthropic136 from 'anthropic-0.136'
import type Anthropic137 from 'anthropic-0.137'
import type OpenAI from 'openai'
import type { AzureOpenAI } from 'openai'
import type OpenAI5 from 'openai-5'
import type OpenAI6 from 'openai-6'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Does not compile where `wrap` gives another type than it was given. */
const same = <C extends object>(_client: C, _same: Same<C, ReturnType<typeof outrider.wrap<C>>>): void => {}

declare const models: {
  readonly ai7: Parameters<typeof ai7.wrapLanguageModel>[0]['model']
  readonly ai6: Parameters<typeof ai6.wrapLanguageModel>[0]['model']
  readonly ai5: Parameters<typeof ai5.wrapLanguageModel>[0]['model']
}

declare const clients: {
  readonly openai: readonly [OpenAI, OpenAI6, OpenAI5, AzureOpenAI]
  readonly anthropic: readonly [Anthropic, Anthropic137, Anthropic136]
  readonly google: GoogleGenAI
}

export function compiled(): void {
  for (const client of clients.openai) same(client, true)
  for (const client of clients.anthropic) same(client, true)
  same(clients.google, true)

  const model7 = ai7.wrapLanguageModel({ model: models.ai7, middleware: middleware() })
  const model6 = ai6.wrapLanguageModel({ model: models.ai6, middleware: middleware() })
  const model5 = ai5.wrapLanguageModel({ model: models.ai5, middleware: middleware() })
  void ai7.generateText({ model: model7, prompt: '' })
  void ai6.streamText({ model: model6, prompt: '' })
  void ai5.generateText({ model: model5, prompt: '' })
  // @ts-expect-error it is a middleware of language models
  void ai7.wrapEmbeddingModel({ model: models.ai7, middleware: middleware() })

  const openai: OpenAI = outrider.wrap(clients.openai[0])
  const answer = openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [] })
  const text: Promise<string | null | undefined> = answer.then(({ choices }) => choices[0]?.message.content)
  const raw: Promise<Response> = answer.asResponse()
  // @ts-expect-error a request needs its messages
  openai.chat.completions.create({ model: 'gpt-4o-mini' })
  // @ts-expect-error there is no such method
  openai.chat.completions.invent()
  void [text, raw]
}
