import type { ServerResponse } from 'node:http'

export type Json = { readonly [key: string]: unknown }

/** A request, and which one it is of the program. */
export interface Asked {
  readonly number: number
  readonly body: Json
  readonly model: string
  readonly stream: boolean
}

/** What goes on the invoice. `input` includes the cache parts, `output` includes reasoning; `null` is not billed. */
export interface Billed {
  readonly input: number | null
  readonly output: number | null
  readonly cacheRead: number | null
  readonly cacheWrite: number | null
  readonly reasoning: number | null
  /** The provider's own word. */
  readonly finish: string | null
}

/** What the model says: tools to call, or a text; `truncated` where the asker allowed too little. */
export interface Reply {
  readonly text: string | null
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly truncated: boolean
}

interface Tool {
  readonly name: string
  readonly schema: Json
}

/** The dated name that a provider answers with. */
export function served(model: string): string {
  const bare = model.replace(/-flaky$/, '')
  return dated[bare] ?? bare
}

const dated: Readonly<Record<string, string>> = {
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-5': 'gpt-5-2025-08-07',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
}

/** Calls the first offered tool that the conversation has not called yet; when there is none, says a sentence. */
export function reply(
  number: number,
  tools: readonly Tool[],
  called: ReadonlySet<string>,
  schema: Json | null,
  limit: unknown,
): Reply {
  const next = tools.find(({ name }) => !called.has(name))
  if (next !== undefined) {
    const call = { id: `call_${number}`, name: next.name, arguments: JSON.stringify(exampleOf(next.schema)) }
    return { text: null, calls: [call], truncated: false }
  }
  const text = schema === null ? 'It is 22 degrees in Lisbon.' : JSON.stringify(exampleOf(schema))
  return { text, calls: [], truncated: typeof limit === 'number' && limit <= 16 }
}

/** A value of a JSON schema. */
function exampleOf(schema: Json): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const of = (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined
  if (of?.[0] !== undefined) return exampleOf(of[0])
  if (schema.type === 'array') return [exampleOf((schema.items ?? {}) as Json)]
  if (schema.type === 'number' || schema.type === 'integer') return 22
  if (schema.type === 'boolean') return true
  if (schema.type !== undefined && schema.type !== 'object') return 'Lisbon'
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Json>>
  return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, exampleOf(each)]))
}

/** No two requests are billed the same. Only a reasoning model thinks and finds part of its input cached by itself. */
export function billOpenAi({ number, model, body }: Asked, said: Reply): Billed & { readonly input: number } {
  const thinks = /^(gpt-5|o\d)/.test(model)
  const cached = thinks || JSON.stringify(body).includes('[cached]')
  return {
    input: 1200 + 37 * number,
    output: 40 + 3 * number + (thinks ? 64 : 0),
    cacheRead: cached ? 1024 : 0,
    cacheWrite: null,
    reasoning: thinks ? 64 : 0,
    finish: said.calls.length > 0 ? 'tool_calls' : said.truncated ? 'length' : 'stop',
  }
}

/** Pieces of a text, as a stream sends them. */
export function pieces(text: string): readonly string[] {
  return text.match(/.{1,9}/gs) ?? ['']
}

/** Server-sent events, with or without event names. */
export function stream(response: ServerResponse, events: readonly Json[], named: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events)
    response.write(`${named ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
  response.end(named ? '' : 'data: [DONE]\n\n')
}

export function send(response: ServerResponse, body: Json, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export async function texts(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

/** A field of something that may be anything. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Json)[name] : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
