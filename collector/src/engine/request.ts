import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Refusal } from './failure.ts'
import { type Insert, parseInsert } from './insert.ts'

/** What a request asks for. `options` are the URL's, joined by the parameters of a form. */
export type Asked =
  | { readonly kind: 'statement'; readonly sql: string; readonly options: URLSearchParams }
  | { readonly kind: 'insert'; readonly insert: Insert; readonly rows: Readable; readonly options: URLSearchParams }

const statementBytes = 16 * 1024 * 1024

/**
 * Reads a request to `/` the way ClickHouse does: the statement is in `query`, in the body, or begins in one and goes on
 * in the other; the body of an insert is rows.
 *
 * @throws Refusal for what cannot be read or is too long.
 */
export async function readRequest(request: IncomingMessage, options: URLSearchParams): Promise<Asked> {
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) return await readForm(request, type, options)
  const inUrl = options.get('query') ?? ''
  const body = decoded(request)
  const insert = parseInsert(inUrl, hasBody(request))
  if (insert) return { kind: 'insert', insert, rows: body, options }
  const inBody = await readAll(body)
  const whole = inUrl === '' ? inBody : Buffer.concat([Buffer.from(`${inUrl}\n`), inBody])
  return parseText(whole, options)
}

/** One byte is one character here, so that the rows behind a statement keep their bytes. */
function parseText(text: Buffer, options: URLSearchParams): Asked {
  const latin1 = text.toString('latin1')
  const insert = parseInsert(latin1, false)
  if (!insert) {
    const sql = text.toString('utf8')
    if (sql.trim() === '') throw new Refusal(62, 'SYNTAX_ERROR', 'Empty query')
    return { kind: 'statement', sql, options }
  }
  const head = parseInsert(text.subarray(0, insert.length).toString('utf8'), false)
  if (!head) throw new Refusal(62, 'SYNTAX_ERROR', 'The insert is not UTF-8')
  return { kind: 'insert', insert: head, rows: Readable.from([text.subarray(insert.length)]), options }
}

/** Long parameters come as a form: `query` and `param_*`. */
async function readForm(request: IncomingMessage, type: string, options: URLSearchParams): Promise<Asked> {
  const bytes = await readAll(decoded(request))
  const all = new URLSearchParams(options)
  let text = options.get('query') ?? ''
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
    for (const [name, value] of form) {
      if (typeof value !== 'string') throw new Refusal(48, 'NOT_IMPLEMENTED', 'External tables in a form')
      if (name === 'query') text = text === '' ? value : `${text}\n${value}`
      else all.set(name, value)
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(36, 'BAD_ARGUMENTS', 'The form cannot be read')
  }
  return parseText(Buffer.from(text), all)
}

function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length']
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return request
  if (encoding !== 'gzip') {
    throw new Refusal(48, 'NOT_IMPLEMENTED', `Content-Encoding ${JSON.stringify(encoding)}: send plain or gzip`)
  }
  const gunzip = createGunzip()
  // rows of a request that breaks off are no rows
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('The request broke off'))
  })
  return request.pipe(gunzip)
}

async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > statementBytes) throw new Refusal(62, 'SYNTAX_ERROR', `A statement may have ${statementBytes} bytes`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
