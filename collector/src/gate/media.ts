/** Parts of a request that are not text, in every provider's spelling, and what an image is worth at most. */

type Part = Readonly<Record<string, unknown>>

export type Media = 'image' | 'sound' | 'document' | 'server-tool'

/** By `type` of a content part: OpenAI (chat, responses), Anthropic, AI SDK, OpenTelemetry. */
const types: Readonly<Record<string, Media>> = {
  image: 'image',
  image_url: 'image',
  input_image: 'image',
  input_audio: 'sound',
  audio: 'sound',
  video: 'sound',
  document: 'document',
  file: 'document',
  input_file: 'document',
  item_reference: 'document',
}

/** Tools that run with the provider and bring what they find, by the start of their `type`. */
const serverTools =
  /^(web_search|web_fetch|file_search|code_interpreter|code_execution|image_generation|mcp|computer_use_preview|bash_|text_editor_|computer_|memory_|tool_search|local_shell|shell|apply_patch)/

/** `null`: text or structure. */
export function mediaOf(part: Part): Media | null {
  const { type } = part
  if (typeof type === 'string') {
    const known = Object.hasOwn(types, type) ? types[type]! : null
    if (known === 'document') return isPlainDocument(part) ? null : fileOf(part)
    // a schema says `type: "image"` of nothing; a part carries its picture
    if (known !== null) return hasPayload(part) ? known : null
    if (type === 'blob' || type === 'uri') return byMime(part.mime_type ?? part.modality)
    if (serverTools.test(type) && !hasContent(part)) return 'server-tool'
    return null
  }
  const inline = part.inlineData ?? part.inline_data
  if (typeof inline === 'object' && inline !== null)
    return byMime((inline as Part).mimeType ?? (inline as Part).mime_type)
  // Gemini's own tools have no type, only a name
  if (
    ['googleSearch', 'google_search', 'codeExecution', 'code_execution', 'urlContext', 'url_context'].some(
      (name) => name in part,
    )
  )
    return 'server-tool'
  return null
}

const payloads = [
  'source',
  'image_url',
  'image',
  'data',
  'input_audio',
  'audio',
  'video',
  'file_id',
  'file',
  'url',
  'bytes',
]
const hasPayload = (part: Part): boolean => payloads.some((name) => name in part)
const hasContent = (part: Part): boolean => 'content' in part || 'tool_use_id' in part || 'call_id' in part

/** Anthropic's documents of plain text are their text. */
function isPlainDocument({ source }: Part): boolean {
  const type = typeof source === 'object' && source !== null ? (source as Part).type : undefined
  return type === 'text' || type === 'content'
}

/** The AI SDK calls pictures files too. */
function fileOf(part: Part): Media | null {
  if (!hasPayload(part) && !('id' in part) && !('file_data' in part) && !('file_url' in part)) return null
  const mime = part.mediaType ?? part.mimeType ?? part.mime_type
  return typeof mime === 'string' ? byMime(mime) : 'document'
}

function byMime(mime: unknown): Media {
  if (typeof mime !== 'string') return 'document'
  if (mime.startsWith('image')) return 'image'
  return mime.startsWith('audio') || mime.startsWith('video') ? 'sound' : 'document'
}

/** Tokens of one image at most, whatever its size: by the providers' documentation of November 2026. */
const images = {
  // 2833 + 8 tiles of 5667
  'gpt-4o-mini': 48_169,
  // 10,000 patches in original detail, times 1.62
  openai: 16_200,
  // 92 x 92 patches: 2,576 pixels a side, 28 a patch
  anthropic: 8464,
  // 16 tiles of 258
  google: 4128,
  // above all of them
  other: 50_000,
} as const

/** The low detail of OpenAI's models that have one price for it. */
const LOW_DETAIL = 2833

export function imageBound(provider: string | null, model: string | null, part?: Part): number {
  const name = model?.toLowerCase() ?? ''
  const isOpenAi = provider === 'openai' || provider?.startsWith('azure') === true
  if (isOpenAi || (provider === null && /^(gpt-|o\d|chatgpt)/.test(name))) {
    if (part !== undefined && detailOf(part) === 'low') return LOW_DETAIL
    return name.includes('4o-mini') ? images['gpt-4o-mini'] : images.openai
  }
  if (provider === 'anthropic' || name.startsWith('claude') || name.includes('anthropic')) return images.anthropic
  if (provider?.startsWith('gcp') === true || provider?.startsWith('google') === true || name.startsWith('gemini')) {
    return images.google
  }
  return images.other
}

function detailOf(part: Part): unknown {
  const { image_url: url, detail } = part
  return detail ?? (typeof url === 'object' && url !== null ? (url as Part).detail : undefined)
}
