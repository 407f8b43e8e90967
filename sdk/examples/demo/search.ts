/** The handbook, searched by meaning: one embeddings call inside one retrieval. */
import { outrider } from '@outrider/sdk'
import type OpenAI from 'openai'
import type { Meter } from './ask.ts'
import { type Article, handbook } from './tickets.ts'

const MODEL = 'text-embedding-3-small'
const TOP = 2

export interface Found {
  /** Nearest first, as the guards let them in: some were written by strangers. */
  readonly found: readonly Article[]
  /** IDs of those that they did not. */
  readonly blocked: readonly string[]
}

export function search(client: OpenAI, query: string, meter: Meter): Promise<Found> {
  return outrider.retrieval('handbook', { query, topK: TOP }, async (retrieval) => {
    const [wanted, ...known] = await embed(client, [query, ...handbook.map(({ text }) => text)], meter)
    const ranked = handbook
      .map((article, index) => ({ ...article, score: nearness(wanted ?? [], known[index] ?? []) }))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, TOP)
    const used = await retrieval.screen(ranked.map(({ id, score, text }) => ({ id, score, content: text })))
    return {
      found: used.map(({ id, content }) => ({ id, text: content })),
      blocked: ranked.map(({ id }) => id).filter((id) => !used.some((one) => one.id === id)),
    }
  })
}

function embed(client: OpenAI, input: string[], meter: Meter): Promise<number[][]> {
  const asked = { provider: 'openai', model: MODEL, operation: 'embeddings', body: input } as const
  return outrider.guard(asked, async (call) => {
    const { data, usage } = await client.embeddings.create({ model: MODEL, input, encoding_format: 'float' })
    call.usage({ inputTokens: usage.prompt_tokens })
    meter.calls += 1
    meter.tokens += usage.prompt_tokens
    return data.map(({ embedding }) => embedding)
  })
}

/** Cosine of the angle between two vectors; 0 where one has no length. */
function nearness(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0)
  const length = Math.sqrt(dot(a, a) * dot(b, b))
  return length === 0 ? 0 : dot(a, b) / length
}
