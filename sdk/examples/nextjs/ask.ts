import { DeniedError, outrider } from '@outrider/sdk'
import OpenAI from 'openai'

const model = 'gpt-4o-mini'

/** Answers a customer's question, for at most a cent; a refusal is an answer too. */
export async function ask(question: string, user: string): Promise<string> {
  const openai = outrider.wrap(new OpenAI())
  try {
    return await outrider.run('answer', { user, budgetUsd: 0.01 }, async () => {
      const messages = [{ role: 'user' as const, content: question }]
      const { choices } = await openai.chat.completions.create({ model, messages, max_completion_tokens: 200 })
      return choices[0]?.message.content ?? ''
    })
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error
    return `No: ${error.code} (${error.traceUrl})`
  }
}

/** The same, word by word. */
export async function* words(question: string, user: string): AsyncGenerator<string> {
  const openai = outrider.wrap(new OpenAI())
  const messages = [{ role: 'user' as const, content: question }]
  const stream = await outrider.run('answer', { user }, () =>
    openai.chat.completions.create({ model, messages, max_completion_tokens: 200, stream: true }),
  )
  for await (const { choices } of stream) yield choices[0]?.delta.content ?? ''
}
