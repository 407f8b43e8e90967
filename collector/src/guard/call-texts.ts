/**
 * The texts of a call: a text, messages or a request body in any provider's form, read in order with who wrote each.
 * What the operator wrote (system prompts, tool definitions, settings) and pictures are not among them.
 */
import type { Direction } from '@outrider/policies/guards'

export interface CallText {
  readonly text: string
  readonly direction: Direction
}

/** Nesting beyond which nobody's request is: what lies below is one text, which stands there where something in it is hidden. */
const DEPTH = 64

type Visit = (text: string, direction: Direction) => string

export function textsOf(input: unknown): readonly CallText[] {
  return gathered((visit) => walk(input, 'input', 0, visit))
}

/** The same with its texts replaced, in the order of `textsOf`; what changes nothing is the same object. */
export function withTexts<T>(input: T, texts: readonly string[]): T {
  let next = 0
  return walk(input, 'input', 0, () => texts[next++] as string) as T
}

/** Arguments that a model wrote: every string in them. */
export function argumentTexts(args: unknown): readonly CallText[] {
  return gathered((visit) => walkAll(args, 'output', 0, visit))
}

export function withArgumentTexts<T>(args: T, texts: readonly string[]): T {
  let next = 0
  return walkAll(args, 'output', 0, () => texts[next++] as string) as T
}

function gathered(read: (visit: Visit) => unknown): readonly CallText[] {
  const texts: CallText[] = []
  read((text, direction) => {
    texts.push({ text, direction })
    return text
  })
  return texts
}

/** Fields that no stranger writes into: names, numbers, settings, what the operator says. */
const skipped: ReadonlySet<string> = new Set([
  ...['role', 'type', 'id', 'name', 'model', 'call_id', 'callId', 'tool_call_id', 'toolCallId', 'tool_use_id', 'index'],
  ...['system', 'systemInstruction', 'system_instruction', 'instructions', 'tools', 'functions', 'toolConfig'],
  ...[
    'tool_choice',
    'toolChoice',
    'response_format',
    'responseFormat',
    'generationConfig',
    'safetySettings',
    'metadata',
  ],
  ...[
    'cache_control',
    'cachePoint',
    'finish_reason',
    'status',
    'signature',
    'encrypted_content',
    'previous_response_id',
  ],
  ...['image_url', 'imageUrl', 'image', 'inlineData', 'inline_data', 'fileData', 'file_data', 'file_id', 'input_audio'],
  ...['mime_type', 'mimeType', 'media_type', 'mediaType', 'thoughtSignature', 'stop', 'user', 'reasoning_effort'],
])

/** Parts and messages that hold what came from outside: results of tools, and documents that were looked up. */
const foreign =
  /^(?:tool|function|tool[_-]?result|tool[_-]?call[_-]?(?:response|output|result)|function[_-]?(?:call[_-]?output|response)|mcp[_-]?tool[_-]?result|web[_-]?search[_-]?tool[_-]?result|search[_-]?result|document|file[_-]?search[_-]?call|retrieval)$/i
/** Fields that hold such. */
const foreignFields: ReadonlySet<string> = new Set(['functionResponse', 'function_response', 'toolResult', 'documents'])

type Fields = Readonly<Record<string, unknown>>

function walk(value: unknown, direction: Direction, depth: number, visit: Visit): unknown {
  return each(value, depth, (inner, at) => walk(inner, direction, at, visit), {
    text: (text) => visit(text, direction),
    record: (given) => walkRecord(given, direction, depth, visit),
  })
}

function walkAll(value: unknown, direction: Direction, depth: number, visit: Visit): unknown {
  const go = (inner: unknown, at: number) => walkAll(inner, direction, at, visit)
  return each(value, depth, go, {
    text: (text) => visit(text, direction),
    record: (given) => changed(given, (_name, inner) => go(inner, depth + 1)),
  })
}

function each(
  value: unknown,
  depth: number,
  go: (inner: unknown, depth: number) => unknown,
  read: { text(text: string): string; record(given: Fields): unknown },
): unknown {
  if (typeof value === 'string') return read.text(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH) {
    const below = stringsIn(value)
    if (below === '') return value
    const next = read.text(below)
    return next === below ? value : next
  }
  if (!Array.isArray(value)) return read.record(value as Fields)
  let isSame = true
  const after = value.map((inner) => {
    const next = go(inner, depth + 1)
    if (next !== inner) isSame = false
    return next
  })
  return isSame ? value : after
}

/** Every string of a value, however deep, in order, one a line. */
function stringsIn(value: object): string {
  const found: string[] = []
  const rest: unknown[] = [value]
  while (rest.length > 0) {
    const one = rest.pop()
    if (typeof one === 'string') found.push(one)
    else if (typeof one === 'object' && one !== null) for (const inner of Object.values(one).reverse()) rest.push(inner)
  }
  return found.join('\n')
}

function walkRecord(given: Fields, outer: Direction, depth: number, visit: Visit): unknown {
  const { role, type } = given
  if (role === 'system' || role === 'developer') return given
  const direction = directionOf(role, type, outer)
  return changed(given, (name, inner) => {
    const to = foreignFields.has(name) ? 'tool' : direction
    if (isSkipped(name, inner, to) || (name === 'data' && type === 'base64')) return inner
    return walk(inner, to, depth + 1, visit)
  })
}

/** What a tool returned may have any field, so there only what is plainly a name or a number is left out. */
function isSkipped(name: string, value: unknown, direction: Direction): boolean {
  return skipped.has(name) && (direction !== 'tool' || (typeof value === 'string' && /^[\w./:+-]{0,128}$/.test(value)))
}

function changed(given: Fields, change: (name: string, value: unknown) => unknown): Fields {
  let copy: Record<string, unknown> | null = null
  for (const [name, inner] of Object.entries(given)) {
    const next = change(name, inner)
    if (next === inner) continue
    // `__proto__` is a key like any other
    copy ??= Object.assign(Object.create(null) as Record<string, unknown>, given)
    copy[name] = next
  }
  return copy ?? given
}

function directionOf(role: unknown, type: unknown, outer: Direction): Direction {
  if (outer === 'tool') return outer
  if ((typeof role === 'string' && foreign.test(role)) || (typeof type === 'string' && foreign.test(type)))
    return 'tool'
  if (role === 'assistant' || role === 'model') return 'output'
  return role === 'user' ? 'input' : outer
}
