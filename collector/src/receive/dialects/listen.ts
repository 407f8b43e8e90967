import type { Attributes, AttributeValue } from '../../span.ts'
import { type Fact, facts, type Names, type Told } from './dialect.ts'
import type { Parse } from './value.ts'

/** Where one attribute leads: which fact, and how much it is trusted among the names of that fact. */
interface Place {
  readonly fact: Fact
  readonly slot: number
  /** 1 is the most trusted. */
  readonly rank: number
  readonly parse: Parse<unknown>
  /** Content leaves `attributes`: the content mode governs it, and it is stored once. */
  readonly isContent: boolean
  readonly warning: string
}

export type Places = ReadonlyMap<string, Place>

export interface Heard {
  readonly told: Told
  /** Names of the attributes that became `input`, `output`, `toolArgs` or `retrieval*`; `null` for none. */
  readonly taken: ReadonlySet<string> | null
  /** Whether some text is longer than asked, in UTF-16 units. */
  readonly isLong: boolean
  /** `bad_number:<name>` and `bad_value:<name>` of what could not be read. */
  readonly warnings: string[]
}

const order = Object.keys(facts) as Fact[]
const numeric: ReadonlySet<Fact> = new Set(
  order.filter((fact) => /Tokens$|^ttft|^cost|^score$|^attempt$|^resends$|Status$|TopK$|^cut$/.test(fact)),
)
const contentFacts: ReadonlySet<Fact> = new Set(['input', 'output', 'toolArgs', 'retrievalQuery', 'retrievalDocuments'])

/** Turns the names of a dialect around: from attribute to fact. Throws where one attribute is claimed twice. */
export function placesOf(names: Names): Places {
  const places = new Map<string, Place>()
  for (const [slot, fact] of order.entries()) {
    for (const [index, name] of (names[fact] ?? []).entries()) {
      if (places.has(name)) throw new Error(`${name} is claimed by ${places.get(name)?.fact} and ${fact}`)
      places.set(name, {
        fact,
        slot,
        rank: index + 1,
        parse: facts[fact] as Parse<unknown>,
        isContent: contentFacts.has(fact),
        warning: `${numeric.has(fact) ? 'bad_number' : 'bad_value'}:${name}`,
      })
    }
  }
  return places
}

/** Reads every fact in one pass over the attributes, whatever their order. */
export function listen(attributes: Attributes, places: Places, longest: number): Heard {
  const told = silence()
  const ranks = new Uint8Array(order.length)
  const warnings: string[] = []
  let contents: Map<Fact, string> | null = null
  let isLong = false
  for (const name in attributes) {
    const value = attributes[name] as AttributeValue
    if (typeof value === 'string' && value.length > longest) isLong = true
    const place = places.get(name)
    if (place === undefined) continue
    const before = ranks[place.slot] as number
    const found = place.parse(value)
    if (found === undefined) {
      if (value !== null && value !== '') warnings.push(place.warning)
      continue
    }
    if (before !== 0 && before < place.rank) continue
    ranks[place.slot] = place.rank
    ;(told as Record<Fact, unknown>)[place.fact] = found
    if (place.isContent) {
      contents ??= new Map()
      contents.set(place.fact, name)
    }
  }
  if (warnings.length > 1) warnings.sort()
  return { told, taken: contents === null ? null : new Set(contents.values()), isLong, warnings }
}

/** Nothing told yet. */
export function silence(): Told {
  return {
    operation: null,
    provider: null,
    workflow: null,
    agent: null,
    agentVersion: null,
    parentAgent: null,
    requestModel: null,
    responseModel: null,
    responseId: null,
    streaming: null,
    finishReasons: null,
    ttftSeconds: null,
    ttftMs: null,
    inputTokens: null,
    outputTokens: null,
    totalTokens: null,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    costUsd: null,
    input: null,
    output: null,
    toolName: null,
    toolCallId: null,
    toolArgs: null,
    retrievalQuery: null,
    retrievalTopK: null,
    retrievalDocuments: null,
    sessionId: null,
    userId: null,
    tenantId: null,
    promptName: null,
    promptVersion: null,
    configVersion: null,
    tags: null,
    attempt: null,
    resends: null,
    retryOf: null,
    fallbackOf: null,
    cacheHit: null,
    score: null,
    errorType: null,
    httpStatus: null,
    failed: null,
    statusMessage: null,
    stopReason: null,
    contentMode: null,
    cut: null,
  }
}
