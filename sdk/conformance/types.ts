/** Compiled, never run: a wrapped client has the client's own type, in every version. */
import type Anthropic from '@anthropic-ai/sdk'
import type { GoogleGenAI } from '@google/genai'
import { outrider } from '@outrider/sdk'
import type Anthropic136 from 'anthropic-0.136'
import type Anthropic137 from 'anthropic-0.137'
import type OpenAI from 'openai'
import type { AzureOpenAI } from 'openai'
import type OpenAI5 from 'openai-5'
import type OpenAI6 from 'openai-6'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Does not compile where `wrap` gives another type than it was given. */
const same = <C extends object>(_client: C, _same: Same<C, ReturnType<typeof outrider.wrap<C>>>): void => {}

declare const clients: {
  readonly openai: readonly [OpenAI, OpenAI6, OpenAI5, AzureOpenAI]
  readonly anthropic: readonly [Anthropic, Anthropic137, Anthropic136]
  readonly google: GoogleGenAI
}

export function compiled(): void {
  for (const client of clients.openai) same(client, true)
  for (const client of clients.anthropic) same(client, true)
  same(clients.google, true)

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
