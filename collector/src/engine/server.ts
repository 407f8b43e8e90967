import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Access } from './access.ts'
import type { Answer } from './chdb.ts'
import { failureOf, Refusal } from './failure.ts'
import { type About, hello } from './hello.ts'
import type { Lane } from './lane.ts'
import { readRequest } from './request.ts'
import type { Spool } from './spool.ts'
import { parseStatement } from './statement.ts'

/** What answers one caller's statements. */
export interface Voice {
  readonly lane: Pick<Lane, 'run'>
  readonly spool: Spool
  /** Of whatever runs the statements. */
  readonly about: () => Promise<About>
}

export interface ServerParts extends Omit<Voice, 'lane'> {
  readonly access: Access
  readonly lanes: ReadonlyMap<string, Lane>
  /** Rejects when the engine does not work. */
  readonly healthy: () => Promise<void>
}

const pack = promisify(gzip)
// a client puts a statement and its parameters into the URL; ClickHouse takes 1 MiB there too
const limits = { maxHeaderSize: 1024 * 1024, keepAliveTimeout: 10_000 }

/** ClickHouse's HTTP interface, as far as clients use it: `/ping`, and statements and rows to `/`. */
export function createEngineServer(parts: ServerParts): Server {
  return createServer(limits, (request, response) => {
    response.setHeader('x-clickhouse-query-id', randomUUID())
    answer(parts, request, response).catch((error: unknown) => refuse(response, error))
  })
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://engine')
  if (pathname === '/ping') {
    await parts.healthy()
    response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end('Ok.\n')
    return
  }
  const lane = parts.lanes.get(parts.access(request.headers))
  if (lane === undefined) throw new Refusal(516, 'AUTHENTICATION_FAILED', 'There is no lane for this user')
  if (pathname !== '/') {
    response.writeHead(404).end('There is nothing here: statements go to /\n')
    return
  }
  await answerStatement({ ...parts, lane }, request, response, tenantOf(request))
}

/**
 * Reads a statement from a request whose body nobody has read yet, runs it and answers. The rest of the path is the
 * caller's business, and who may ask.
 */
export async function answerStatement(
  { lane, spool, about }: Voice,
  request: IncomingMessage,
  response: ServerResponse,
  tenant: { readonly tenant?: string },
): Promise<void> {
  const { searchParams } = new URL(request.url ?? '/', 'http://engine')
  const queryId = searchParams.get('query_id')
  if (queryId !== null && /^[\w.:-]{1,128}$/.test(queryId)) response.setHeader('x-clickhouse-query-id', queryId)
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const asked = await readRequest(request, searchParams)
  const run = (sql: string) => lane.run({ ...parseStatement(sql, asked.options), ...tenant }, gone.signal)
  const server = await about()
  response.setHeader('x-clickhouse-timezone', server.timezone)
  const greeting = asked.kind === 'statement' ? hello(asked.sql, asked.options, server) : null
  if (greeting !== null) {
    await send(request, response, greeting, 'Native')
  } else if (asked.kind === 'insert') {
    const stored = await spool.hold(asked.rows, (file) => run(asked.insert.fromFile(file)))
    response.setHeader('x-clickhouse-summary', summary(stored, true))
    await send(request, response, stored.bytes, undefined)
  } else {
    const result = await run(asked.sql)
    response.setHeader('x-clickhouse-summary', summary(result, /^\s*INSERT\b/i.test(asked.sql)))
    const named = /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(asked.sql)?.[1]
    await send(request, response, result.bytes, named ?? asked.options.get('default_format') ?? 'TabSeparated')
  }
}

/** The collector says whose rows a caller may see; percent-encoded, as headers are ASCII. */
function tenantOf({ headers }: IncomingMessage): { readonly tenant?: string } {
  const told = headers['x-outrider-tenant']
  return typeof told === 'string' ? { tenant: decodeURIComponent(told) } : {}
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  format: string | undefined,
): Promise<void> {
  response.setHeader('content-type', contentType(format ?? ''))
  if (format !== undefined) response.setHeader('x-clickhouse-format', format)
  let body = bytes
  if (wantsGzip(request)) {
    response.setHeader('content-encoding', 'gzip')
    body = await pack(bytes, { level: 1 })
  }
  response.setHeader('content-length', body.length)
  response.end(body)
}

function wantsGzip(request: IncomingMessage): boolean {
  const asked = /[?&]enable_http_compression=1\b/.test(request.url ?? '')
  return asked && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
}

function summary(answer: Answer, wrote: boolean): string {
  const text = (value: number) => String(Math.max(0, Math.round(value)))
  return JSON.stringify({
    read_rows: text(answer.rowsRead),
    read_bytes: text(answer.bytesRead),
    written_rows: wrote ? text(answer.rowsRead) : '0',
    written_bytes: wrote ? text(answer.bytesRead) : '0',
    total_rows_to_read: '0',
    result_rows: wrote ? text(answer.rowsRead) : '0',
    result_bytes: wrote ? text(answer.bytesRead) : text(answer.bytes.length),
    elapsed_ns: text(answer.elapsedSeconds * 1e9),
  })
}

function contentType(format: string): string {
  if (/^JSON\w*EachRow/i.test(format)) return 'application/x-ndjson; charset=UTF-8'
  if (/^JSON/i.test(format)) return 'application/json; charset=UTF-8'
  if (/^CSV/i.test(format)) return 'text/csv; charset=UTF-8; header=absent'
  if (/^(TabSeparated|TSV)/i.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  return 'application/octet-stream'
}

/** Answers with the error, as far as an answer has not begun. */
export function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return
  if (response.headersSent) {
    response.destroy()
    return
  }
  const failure = failureOf(error)
  if (failure.status === 401) {
    response.setHeader('www-authenticate', 'Basic realm="ClickHouse"')
    response.setHeader('connection', 'close')
  }
  // the rest of a body is read and dropped: a sender that is cut off does not hear the answer
  response.req.unpipe()
  response.req.resume()
  response.setHeader('x-clickhouse-exception-code', failure.code)
  response.writeHead(failure.status, { 'content-type': 'text/plain; charset=UTF-8' }).end(`${failure.text}\n`)
}
