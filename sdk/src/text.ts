/** What may leave the process: names and ids cut to a length, texts treated by the content mode. */
import { createHash } from 'node:crypto'

/**
 * `none` no text leaves the process · `hashed` only its SHA-256 does · `redacted` texts are sent and the collector
 * takes secrets and personal data out before it stores them · `full` texts are sent and kept.
 */
export const CONTENT_MODES = ['none', 'hashed', 'redacted', 'full'] as const
export type ContentMode = (typeof CONTENT_MODES)[number]

/** UTF-16 units. */
export const LIMITS = { name: 256, tag: 128, tags: 32, text: 128 * 1024 } as const

export interface Cut {
  readonly value: string
  readonly cut: boolean
}

/** A name or id as text; undefined where there is none to tell. Too long is cut, never dropped. */
export function nameOf(value: unknown, limit: number = LIMITS.name): Cut | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') value = String(value)
  return typeof value === 'string' && value !== '' ? cutAt(value, limit) : undefined
}

/** A text or anything that JSON can write, by mode; undefined where the mode keeps it in the process. */
export function contentOf(value: unknown, mode: ContentMode): Cut | undefined {
  if (value === undefined || mode === 'none') return undefined
  const text = typeof value === 'string' ? value : jsonOf(value)
  if (mode !== 'hashed') return cutAt(text, LIMITS.text)
  return { value: `sha256:${createHash('sha256').update(text).digest('hex')}`, cut: false }
}

/**
 * Messages in the shape of the GenAI conventions, `[{role, parts: [{type: 'text', content}]}]`. A bare text is one
 * message of `role`, a chat message with a text for content gets parts; what has another shape stays as it is.
 */
export function messagesOf(value: unknown, role: 'user' | 'assistant'): readonly unknown[] {
  if (typeof value === 'string') return [message(role, value)]
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    if (typeof item !== 'object' || item === null || !('content' in item) || typeof item.content !== 'string')
      return typeof item === 'string' ? message(role, item) : item
    const { content, ...rest } = item
    return { role, ...rest, parts: [{ type: 'text', content }] }
  })
}

const message = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] })

function cutAt(text: string, limit: number): Cut {
  if (text.length <= limit) return { value: text, cut: false }
  const splitsPair = (text.charCodeAt(limit - 1) & 0xfc00) === 0xd800
  return { value: text.slice(0, splitsPair ? limit - 1 : limit), cut: true }
}

/** Cycles, BigInt and a throwing `toJSON` are the application's right: they never become its exception. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return '[not serializable]'
  }
}
