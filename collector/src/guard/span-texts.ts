/** Which texts of a span strangers wrote, and which of them are read when the span arrives. */
import type { Direction, GuardPolicy } from '@outrider/policies/guards'
import type { Span } from '../span.ts'
import { textsOf } from './call-texts.ts'
import type { AskedText } from './text-judge.ts'

export type SpanText = AskedText

/** Shorter ones hold nothing that the other guards look for. */
const SHORTEST = 12

/**
 * Results of tools, documents, what is asked of an agent, what is new in a model's input, and what models answer where
 * the policy looks for more in it than attacks. A conversation is told again with every turn, and read once.
 */
export function textsToRead(span: Span, { plans }: GuardPolicy): readonly SpanText[] {
  const { kind, input, output, retrievalDocuments } = span
  const texts: SpanText[] = []
  const add = (text: string | null, direction: Direction, field: string) => {
    if (text !== null && text.length >= SHORTEST && !isHash(text)) texts.push({ text, direction, field })
  }
  if (kind === 'tool' || kind === 'retrieval') {
    if (looks(plans.tool)) {
      add(output, 'tool', 'output')
      if (retrievalDocuments !== output) add(retrievalDocuments, 'tool', 'retrievalDocuments')
    }
  } else if (kind === 'agent' || (kind === 'chain' && span.parentSpanId === null)) {
    if (looks(plans.input)) add(input, 'input', 'input')
  } else if (kind === 'llm') {
    if (looks(plans.input) || looks(plans.tool)) texts.push(...newIn(input))
    if (looksForMore(plans.output)) add(output, 'output', 'output')
  }
  return texts
}

/** Every text of a span that anybody said, as a policy would have met it; personal data and secrets included. */
export function allTexts({ kind, ...span }: Span): readonly SpanText[] {
  const fields = ['input', 'output', 'toolArgs', 'retrievalQuery', 'retrievalDocuments'] as const
  return fields.flatMap((field): SpanText[] => {
    const text = span[field]
    if (text === null || text === '' || isHash(text)) return []
    const direction = directionOf({ kind }, field, text, 0)
    const messages = kind === 'llm' && field === 'input' ? messagesOf(text) : null
    if (messages === null) return [{ text, direction, field }]
    return textsOf(messages).map((one) => ({ ...one, field }))
  })
}

/** The messages after the last that the model wrote itself. */
function newIn(input: string | null): readonly SpanText[] {
  if (input === null || input.length < SHORTEST || isHash(input)) return []
  const messages = messagesOf(input)
  if (messages === null) return [{ text: input, direction: 'input', field: 'input' }]
  const last = messages.findLastIndex(({ role }) => role === 'assistant' || role === 'model')
  return textsOf(messages.slice(last + 1))
    .filter(({ text, direction }) => text.length >= SHORTEST && direction !== 'output')
    .map((one) => ({ ...one, field: 'input' }))
}

/** A list of messages, or null: a text, or a list that was cut. */
function messagesOf(input: string): readonly { readonly role?: unknown }[] | null {
  if (input[0] !== '[') return null
  try {
    const value: unknown = JSON.parse(input)
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null)
    return isList ? value : null
  } catch {
    return null
  }
}

type Plan = GuardPolicy['plans']['input']

const looks = (plan: Plan): boolean => plan.section.injection?.action !== undefined || looksForMore(plan)

function looksForMore({ section, rules, terms, canaries }: Plan): boolean {
  const { toxicity, links } = section
  const isOn = toxicity?.action !== undefined || links?.action !== undefined
  return isOn || rules.length > 0 || terms.length > 0 || canaries !== null
}

export const isHash = (text: string): boolean => text.length === 71 && text.startsWith('sha256:')

const written = /"role":\s?"(\w+)"/g

/** Who wrote what stands at a place of a span's text. */
export function directionOf({ kind }: Pick<Span, 'kind'>, field: string, text: string, at: number): Direction {
  if (kind === 'tool') return field === 'output' || field === 'statusMessage' ? 'tool' : 'output'
  if (kind === 'retrieval') return field === 'output' || field === 'retrievalDocuments' ? 'tool' : 'input'
  if (field === 'output') return 'output'
  if (kind !== 'llm' || text[0] !== '[') return 'input'
  let role = ''
  for (const match of text.slice(0, at).matchAll(written)) role = match[1] as string
  return role === 'tool' || role === 'function' ? 'tool' : role === 'assistant' || role === 'model' ? 'output' : 'input'
}
