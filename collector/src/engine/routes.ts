import { request as ask } from 'node:http'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from './failure.ts'

export interface ClickhouseParts {
  /** `null` where a ClickHouse server is the store: dashboards read it themselves, with a user of their own. */
  readonly engine: { readonly url: string; readonly password: string } | null
  /** Whose rows alone a caller may see; `null` for all. */
  tenantOf(request: FastifyRequest): string | null
}

const STATEMENT_BYTES = 1024 * 1024
const PASSED_ON = ['content-type', 'content-encoding', 'accept-encoding'] as const

/**
 * `/clickhouse`: the embedded engine's views as a ClickHouse server, read-only. Statements pass the gate in the engine's
 * process; here a caller is told from another, and everything is passed on as bytes.
 */
export function clickhouseRoutes({ engine, tenantOf }: ClickhouseParts): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const options = { config: { scope: 'query' }, bodyLimit: STATEMENT_BYTES } as const
    const schema = { summary: 'Views of the store in ClickHouse SQL, read-only, over its HTTP protocol.' }
    for (const url of ['/clickhouse', '/clickhouse/']) {
      app.route({
        method: ['GET', 'POST'],
        url,
        ...options,
        schema,
        handler: (request, reply) => pass(engine, tenantOf(request), request, reply),
      })
    }
    app.get('/clickhouse/ping', { ...options, schema: { summary: 'Ok.' } }, (_request, reply) => {
      if (engine === null) return refuse(reply, elsewhere)
      return reply.type('text/plain; charset=UTF-8').send('Ok.\n')
    })
  }
}

function pass(
  engine: ClickhouseParts['engine'],
  tenant: string | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> | FastifyReply {
  if (engine === null) return refuse(reply, elsewhere)
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const query = request.url.indexOf('?')
  const headers: Record<string, string> = {
    'x-clickhouse-user': 'visitor',
    'x-clickhouse-key': engine.password,
    'content-length': String(body.length),
  }
  for (const name of PASSED_ON) {
    const value = request.headers[name]
    if (typeof value === 'string') headers[name] = value
  }
  if (tenant !== null) headers['x-outrider-tenant'] = encodeURIComponent(tenant)
  return new Promise((resolve) => {
    const path = query < 0 ? '/' : `/${request.url.slice(query)}`
    const asked = ask(engine.url, { method: 'POST', path, headers }, (answer) => {
      const { connection: _connection, 'transfer-encoding': _encoding, ...kept } = answer.headers
      resolve(
        reply
          .code(answer.statusCode ?? 502)
          .headers(kept)
          .send(answer),
      )
    })
    // once an answer has begun, its stream tells of its end
    asked.on('error', () => {
      if (!reply.sent) resolve(refuse(reply, away, 503))
    })
    // a panel that nobody looks at any more ends its statement
    reply.raw.on('close', () => asked.destroy())
    asked.end(body)
  })
}

const elsewhere = new Refusal(
  48,
  'NOT_IMPLEMENTED',
  'Spans are on a ClickHouse server here: point the data source at it, with the user of deploy/clickhouse',
)
const away = new Refusal(210, 'NETWORK_ERROR', 'The engine is being restarted: ask again in a moment')

/** In the words of ClickHouse, which its clients show. */
function refuse(reply: FastifyReply, { failure }: Refusal, status = failure.status): FastifyReply {
  return reply
    .code(status)
    .headers({ 'x-clickhouse-exception-code': failure.code })
    .type('text/plain; charset=UTF-8')
    .send(`${failure.text}\n`)
}
