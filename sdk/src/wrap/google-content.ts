/** Google's generateContent and embedContent. */
import type { Piece, Said } from '../answer.ts'
import type { Usage } from '../call.ts'
import type { Endpoint } from './endpoint.ts'
import { countOf, type Json, listOf, objectOf, put, textOf } from './json.ts'

export const googleContent: Endpoint = {
  operation: 'generate_content',
  question(params) {
    const config = objectOf(params.config)
    const contents = messagesOf(params.contents)
    const system = config?.systemInstruction
    return {
      model: modelOf(params.model),
      input: system === undefined ? contents : [{ role: 'system', content: system }, ...contents],
      maxOutputTokens: countOf(config?.maxOutputTokens),
      answers: countOf(config?.candidateCount),
    }
  },
  allow: (params, { model, maxOutputTokens }, question) => ({
    ...params,
    ...(model === question.model ? {} : { model }),
    ...(maxOutputTokens === undefined ? {} : { config: { ...objectOf(params.config), maxOutputTokens } }),
  }),
  read(piece): Said {
    const told = objectOf(piece) ?? {}
    const candidates = listOf(told.candidates)
    return {
      id: textOf(told.responseId),
      model: textOf(told.modelVersion),
      usage: usageOf(objectOf(told.usageMetadata)),
      finish: candidates.map((each) => textOf(each.finishReason)).find((reason) => reason !== undefined),
      texts: candidates.flatMap(textsOf),
    }
  },
}

export const googleEmbeddings: Endpoint = {
  operation: 'embeddings',
  question: ({ model, contents }) => ({ model: modelOf(model), input: contents, maxOutputTokens: 0 }),
  allow: (params, { model }, question) => (model === question.model ? params : { ...params, model }),
  read(piece) {
    const counts = listOf(objectOf(piece)?.embeddings).map((each) => countOf(objectOf(each.statistics)?.tokenCount))
    const known = counts.filter((count) => count !== undefined)
    const inputTokens = known.reduce((sum, count) => sum + count, 0)
    return known.length === 0 ? {} : { usage: { inputTokens, outputTokens: 0 } }
  },
}

/** `models/x`, `publishers/google/models/x` and `x` are one model. */
const modelOf = (model: unknown) => textOf(model)?.replace(/^.*\//, '')

function messagesOf(contents: unknown): readonly unknown[] {
  if (typeof contents === 'string') return [{ role: 'user', content: contents }]
  return Array.isArray(contents) ? contents : [contents]
}

function textsOf(candidate: Json): Piece[] {
  const at = countOf(candidate.index) ?? 0
  return listOf(objectOf(candidate.content)?.parts).flatMap((part, index): Piece[] => {
    const call = objectOf(part.functionCall)
    if (call !== undefined) {
      const tool = { id: textOf(call.id), name: textOf(call.name) }
      const write = (text: string) => {
        ;(call as Record<string, unknown>).args = JSON.parse(text)
      }
      // calls come whole, one part each
      const key = `${at} tool ${textOf(call.id) ?? `${textOf(call.name)} ${index}`}`
      return [{ key, kind: 'arguments', text: JSON.stringify(call.args ?? {}), tool, put: write }]
    }
    const text = textOf(part.text)
    if (text === undefined || text === '') return []
    const kind = part.thought === true ? 'reasoning' : 'text'
    return [{ key: `${at} ${kind}`, kind, text, put: put(part, 'text') }]
  })
}

/** Thoughts are counted beside the candidates; here they are part of the output. */
function usageOf(usage: Json | undefined): Usage | undefined {
  if (usage === undefined || countOf(usage.promptTokenCount) === undefined) return undefined
  const thoughts = countOf(usage.thoughtsTokenCount)
  const written = countOf(usage.candidatesTokenCount)
  const known = thoughts !== undefined || written !== undefined
  return {
    inputTokens: (countOf(usage.promptTokenCount) ?? 0) + (countOf(usage.toolUsePromptTokenCount) ?? 0),
    ...(known ? { outputTokens: (written ?? 0) + (thoughts ?? 0) } : {}),
    ...(usage.cachedContentTokenCount === undefined ? {} : { cacheReadTokens: countOf(usage.cachedContentTokenCount) }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  }
}
