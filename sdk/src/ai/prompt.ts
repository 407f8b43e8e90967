/** Prompts of the AI SDK as the gate counts them, and back. */

type Part = Readonly<Record<string, unknown>>

/** An image is counted as an image, other files by their bytes as JSON would carry them. */
export function countable(message: object): object {
  if (!('content' in message) || !Array.isArray(message.content)) return message
  const content = message.content.map((part: Part) => {
    if (part.type !== 'file') return part
    if (String(part.mediaType).startsWith('image/')) return { type: 'image', image: part.mediaType }
    const data = isTagged(part.data) ? part.data.data : part.data
    return data instanceof Uint8Array ? { ...part, data: Buffer.from(data).toString('base64') } : part
  })
  return { ...message, content }
}

/** What the gate let through of `countable` messages, with the files of the prompt that they were made from. */
export function withFiles<M extends object>(allowed: readonly object[], prompt: readonly M[]): M[] {
  return allowed.map((message, at) => {
    const told = partsOf(prompt[at])
    const parts = partsOf(message)
    if (told === undefined || parts === undefined) return message as M
    const content = parts.map((part, index) => (told[index]?.type === 'file' ? told[index] : part))
    return { ...message, content } as unknown as M
  })
}

const partsOf = (message: object | undefined): readonly Part[] | undefined =>
  message !== undefined && 'content' in message && Array.isArray(message.content) ? message.content : undefined

/** Version 4 of the contract says what the data of a file is. */
const isTagged = (data: unknown): data is { readonly data: unknown } =>
  typeof data === 'object' && data !== null && 'data' in data
