/**
 * How many tokens go into a model at most. A bound, not a guess; README.md lists the rules. What nothing bounds is
 * `unbounded`, with what it was: the caller takes the model's context window.
 */
import type { Check } from './body.ts'
import { byteBound } from './byte-bound.ts'
import { imageBound, mediaOf } from './media.ts'
import type { Count } from './tokenizer.ts'

export type InputBound =
  | { readonly kind: 'tokens'; readonly tokens: number }
  /** `what` brings tokens that are not in the request, e.g. `a document`. */
  | { readonly kind: 'unbounded'; readonly what: string }

type Said = Pick<Check, 'inputTokens' | 'inputBytes' | 'input' | 'images'>

/** Start of the answer, separators: of every request. */
const REQUEST = 16
/** Quotes, colon and comma of a field; role and separators of a message. */
const FIELD = 4
const ELEMENT = 4
/** What providers write before tool definitions: at most 804 tokens are documented (Anthropic); OpenAI's is a line. */
const PREAMBLE = 1024
const SHORT_PREAMBLE = 64
/** Nesting beyond which nobody's request is. */
const DEPTH = 64

/** @param count tokens of a text where the model's own tokenizer is known, else null */
export function boundInput(said: Said, provider: string | null, model: string | null, count: Count | null): InputBound {
  const images = (said.images ?? 0) * imageBound(provider, model)
  const preamble = provider === 'openai' || count !== null ? SHORT_PREAMBLE : PREAMBLE
  if (said.inputTokens !== undefined) return tokens(said.inputTokens)
  if (said.inputBytes !== undefined) return tokens(said.inputBytes + images + preamble)
  if (said.input === undefined) return { kind: 'unbounded', what: 'an input that is not told' }
  const walk = createWalk(count ?? byteBound, (part) => imageBound(provider, model, part))
  const sum = walk.value(said.input, 0)
  if (walk.unbounded !== null) return { kind: 'unbounded', what: walk.unbounded }
  return tokens(sum + images + REQUEST + (walk.hasTools ? preamble : 0))
}

function tokens(sum: number): InputBound {
  return { kind: 'tokens', tokens: Math.min(sum, Number.MAX_SAFE_INTEGER) }
}

/** Fields of a request that bring what is stored with the provider. */
const references: ReadonlySet<string> = new Set([
  'previous_response_id',
  'conversation',
  'cachedContent',
  'cached_content',
  'container',
  'file_id',
  'fileData',
  'file_data_uri',
])

function createWalk(count: Count, image: (part: Readonly<Record<string, unknown>>) => number) {
  const walk = { value, unbounded: null as string | null, hasTools: false }

  function value(given: unknown, depth: number): number {
    if (depth > DEPTH) {
      walk.unbounded ??= 'nesting too deep to read'
      return 0
    }
    if (typeof given === 'string') return count(given)
    if (typeof given !== 'object' || given === null) return String(given).length
    if (Array.isArray(given)) return given.reduce<number>((sum, each) => sum + ELEMENT + value(each, depth + 1), 0)
    return record(given as Readonly<Record<string, unknown>>, depth)
  }

  function record(given: Readonly<Record<string, unknown>>, depth: number): number {
    switch (mediaOf(given)) {
      case 'image':
        return image(given)
      case 'sound':
        // far more bytes than tokens, whatever the format
        return Buffer.byteLength(JSON.stringify(given))
      case 'document':
        walk.unbounded ??= 'a document'
        return 0
      case 'server-tool':
        walk.unbounded ??= `the provider's own tool ${String(given.type).slice(0, 64)}`
        return 0
      case null:
        break
    }
    let sum = 0
    for (const [name, inner] of Object.entries(given)) {
      if (inner === undefined || inner === null) continue
      if (references.has(name)) walk.unbounded ??= `\`${name}\``
      if ((name === 'tools' || name === 'functions') && Array.isArray(inner) && inner.length > 0) walk.hasTools = true
      sum += FIELD + count(name) + value(inner, depth + 1)
    }
    return sum
  }
  return walk
}
