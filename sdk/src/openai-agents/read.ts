/** Reads what models of the OpenAI Agents SDK answer: one shape for both of OpenAI's APIs. */
import type { Piece, Read, Said } from '../answer.ts'
import type { Usage } from '../call.ts'
import { countOf, type Json, listOf, objectOf, put, textOf } from '../wrap/json.ts'

/** A `ModelResponse`, and the response at the end of a stream. */
export const readResponse: Read = (value) => {
  const response = objectOf(value) ?? {}
  const raw = objectOf(response.providerData)
  return {
    id: textOf(response.responseId) ?? textOf(response.id),
    model: textOf(raw?.model),
    usage: usageOf(objectOf(response.usage)),
    finish: finishOf(raw),
    texts: listOf(response.output).flatMap(textsIn),
  }
}

/** An event of a stream. @param guarded then the provider's own events, which nobody judges, are left out */
export const readEvent =
  (guarded: boolean): Read =>
  (value): Said => {
    const event = objectOf(value) ?? {}
    const { type } = event
    if (type === 'output_text_delta') {
      const text = textOf(event.delta) ?? ''
      return { texts: [{ key: 'text 0', kind: 'text', text, put: put(event, 'delta') }] }
    }
    if (type === 'model') return rawOf(objectOf(event.event), guarded)
    if (type !== 'response_done') return {}
    const { texts = [], ...said } = readResponse(event.response)
    return { ...said, texts: texts.map((each) => ({ ...each, repeats: true as const })) }
  }

/** The provider's own event tells who answered; its words come again in the SDK's own events. */
function rawOf(event: Json | undefined, guarded: boolean): Said {
  const response = objectOf(event?.response) ?? event
  const model = textOf(response?.model)
  const id = textOf(response?.id)
  const finish = textOf(listOf(event?.choices)[0]?.finish_reason)
  return { hidden: guarded || undefined, finish, ...(model === undefined ? {} : { model, id }) }
}

const finishOf = (raw: Json | undefined) =>
  textOf(listOf(raw?.choices)[0]?.finish_reason) ??
  textOf(objectOf(raw?.incomplete_details)?.reason) ??
  textOf(raw?.status)

/** Counts are of requests added up; a model's answer is of one. */
function usageOf(usage: Json | undefined): Usage | undefined {
  if (usage === undefined || countOf(usage.inputTokens) === undefined) return undefined
  const input = detailsOf(usage.inputTokensDetails)
  const output = detailsOf(usage.outputTokensDetails)
  return {
    inputTokens: countOf(usage.inputTokens),
    outputTokens: countOf(usage.outputTokens),
    cacheReadTokens: countOf(input?.cached_tokens),
    cacheWriteTokens: countOf(input?.cache_write_tokens),
    reasoningTokens: countOf(output?.reasoning_tokens),
  }
}

const detailsOf = (details: unknown) => (Array.isArray(details) ? objectOf(details[0]) : objectOf(details))

function textsIn(item: Json, at: number): Piece[] {
  if (item.type === 'function_call') {
    const key = `tool ${textOf(item.callId) ?? at}`
    const tool = { id: textOf(item.callId), name: textOf(item.name) }
    return [{ key, kind: 'arguments', text: textOf(item.arguments) ?? '', tool, put: put(item, 'arguments') }]
  }
  const kind = item.type === 'reasoning' ? 'reasoning' : 'text'
  if (kind === 'text' && item.type !== 'message') return []
  return listOf(item.content).flatMap((part, index) => {
    const field = part.type === 'refusal' ? 'refusal' : 'text'
    const text = textOf(part[field])
    // the first text is what the deltas told before
    return text
      ? [{ key: `${kind} ${kind === 'text' ? 0 : `${at}.${index}`}`, kind, text, put: put(part, field) } as const]
      : []
  })
}
