import type { Attributes, AttributeValue } from '../../span.ts'
import { json } from './value.ts'

/** Messages of one span that are read; more stay attributes. */
const MOST = 1000
const keys = ['role', 'content', 'finish_reason', 'tool_call_id'] as const

/**
 * Messages flattened into attributes as one JSON array: `gen_ai.prompt.0.role`, `gen_ai.prompt.0.content`,
 * `gen_ai.completion.0.tool_calls.0.name`, … `null` where there is none.
 */
export function indexedMessages(attributes: Attributes, prefix: string): string | null {
  const messages: object[] = []
  for (let index = 0; index < MOST; index++) {
    const at = `${prefix}.${index}`
    const message: Record<string, AttributeValue> = {}
    for (const key of keys) {
      const value = attributes[`${at}.${key}`]
      if (value !== undefined) message[key] = value
    }
    const calls = callsAt(attributes, `${at}.tool_calls`)
    if (calls.length > 0) message.tool_calls = calls
    if (Object.keys(message).length === 0) break
    messages.push(message)
  }
  return messages.length === 0 ? null : (json(messages) ?? null)
}

function callsAt(attributes: Attributes, prefix: string): Record<string, AttributeValue>[] {
  const calls: Record<string, AttributeValue>[] = []
  for (let index = 0; index < MOST; index++) {
    const name = attributes[`${prefix}.${index}.name`]
    if (name === undefined) return calls
    const call: Record<string, AttributeValue> = { name }
    for (const key of ['id', 'arguments']) {
      const value = attributes[`${prefix}.${index}.${key}`]
      if (value !== undefined) call[key] = value
    }
    calls.push(call)
  }
  return calls
}
