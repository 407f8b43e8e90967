/**
 * How many tokens a text is for a model of which the tokenizer is known: OpenAI's, by the model's name. For every other
 * model there is no answer here, and bytes are the ceiling: no byte-level token is less than a byte.
 */
import { byteBound } from './byte-bound.ts'
import { type OpenAiModel, openAiModel } from './openai-model.ts'

/** Tokens of a text, never too few. */
export type Count = (text: string) => number

export interface Tokenizers {
  /** `null`: the model's own encoding is not known, or its tables are still being read. */
  of(provider: string | null, model: string): Count | null
  /** Resolves when the tables of the encodings asked for so far are there. */
  ready(): Promise<void>
}

type EncodingName = OpenAiModel['encoding']

/** Reading one takes a fifth of a second and 80 MB: only when a model of its kind is asked for. */
const load = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
} as const satisfies Record<EncodingName, () => Promise<{ countTokens: typeof import('gpt-tokenizer').countTokens }>>

/** What is in a text is text: a special token that someone writes is billed as its characters. */
const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }

export function createTokenizers(): Tokenizers {
  const counts = new Map<EncodingName, Count | null>()
  const reading: Promise<void>[] = []
  return {
    of(provider, model) {
      const name = openAiModel(provider, model)?.encoding
      if (name === undefined) return null
      const known = counts.get(name)
      if (known !== undefined) return known
      counts.set(name, null)
      reading.push(
        load[name]().then(({ countTokens }) => {
          counts.set(name, (text) => countInPieces(text, (piece) => countTokens(piece, AS_TEXT)))
        }),
      )
      return null
    },
    async ready() {
      await Promise.all(reading)
    },
  }
}

/** A merge takes time with the square of the length of what it merges: what has no break for so long is bytes. */
const UNBROKEN = /[\p{L}\p{M}]{129,}|[^\s\p{L}\p{M}\p{N}]{129,}|\s{129,}|\p{N}{129,}/gu
/** Characters that are tokenised; a tenth of a millisecond a thousand. Bytes stand for the rest. */
const MOST = 200_000
/** What cutting a text in two can save. */
const SEAM = 4

function countInPieces(text: string, count: Count): number {
  const head = text.length > MOST ? text.slice(0, MOST) : text
  let tokens = head === text ? 0 : byteBound(text.slice(MOST)) + SEAM
  let from = 0
  for (const found of head.matchAll(UNBROKEN)) {
    tokens += count(head.slice(from, found.index)) + byteBound(found[0]) + SEAM
    from = found.index + found[0].length
  }
  return tokens + count(head.slice(from))
}
