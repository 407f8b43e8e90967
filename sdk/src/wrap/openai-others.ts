/** What OpenAI offers besides chat: completions, embeddings, images, audio. */
import type { Piece } from '../answer.ts'
import type { Endpoint, Question } from './endpoint.ts'
import { countOf, type Json, listOf, objectOf, put, textOf } from './json.ts'
import { hidingUsage, usageAsked, usageOfChat } from './openai-chat.ts'
import { readUsage } from './openai-responses.ts'

export const openaiCompletions: Endpoint = {
  operation: 'text_completion',
  question(body) {
    const prompts = Array.isArray(body.prompt) && typeof body.prompt[0] !== 'number' ? body.prompt.length : 1
    return {
      model: textOf(body.model),
      input: body.prompt,
      maxOutputTokens: countOf(body.max_tokens),
      answers: prompts * Math.max(countOf(body.n) ?? 1, countOf(body.best_of) ?? 1),
      stream: body.stream === true,
    }
  },
  allow(body, { provider, model, maxOutputTokens }) {
    return {
      ...body,
      model,
      ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
      ...usageAsked(body, provider),
    }
  },
  read(piece) {
    const told = objectOf(piece) ?? {}
    const choices = listOf(told.choices)
    const texts = choices.flatMap((choice): Piece[] => {
      const text = textOf(choice.text)
      const key = `${countOf(choice.index) ?? 0}`
      return text === undefined || text === '' ? [] : [{ key, kind: 'text', text, put: put(choice, 'text') }]
    })
    const finish = choices.map((choice) => textOf(choice.finish_reason)).find((reason) => reason !== undefined)
    return { id: textOf(told.id), model: textOf(told.model), usage: usageOfChat(objectOf(told.usage)), finish, texts }
  },
  readStream: (body, provider) => hidingUsage(body, provider, openaiCompletions.read),
}

export const openaiEmbeddings: Endpoint = {
  operation: 'embeddings',
  question: ({ model, input }) => ({ model: textOf(model), input, maxOutputTokens: 0 }),
  allow: (body, { model }) => ({ ...body, model }),
  read(piece) {
    const told = objectOf(piece) ?? {}
    const usage = usageOfChat(objectOf(told.usage))
    return { model: textOf(told.model), usage: usage && { ...usage, outputTokens: 0 } }
  },
}

/** Their answers have no limit that a request can set: the operator's stands for them. */
const unlimited = (question: (body: Json) => Question): Endpoint => ({
  operation: 'generate_content',
  question,
  allow: (body, { model }) => (body.model === undefined ? body : { ...body, model }),
  read: readUsage,
})

export const openaiImages = unlimited(({ model, prompt, n, stream }) => ({
  model: textOf(model),
  input: prompt,
  answers: countOf(n),
  stream: stream === true,
}))

export const openaiSpeech = unlimited(({ model, input }) => ({ model: textOf(model), input }))

/** The sound itself is not told. */
export const openaiTranscriptions = unlimited(({ model, prompt, stream }) => ({
  model: textOf(model),
  input: prompt,
  stream: stream === true,
}))
