import { request as ask } from 'node:http'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from './failure.ts'
import { answerStatement, refuse as refuseRaw, type Voice } from './server.ts'

export interface ClickhouseParts {
  /** What answers: the embedded engine's process, which has the gate, or the gate in front of a server, which is here. */
  readonly backend: { readonly url: string; readonly password: string } | Voice
  /** Whose rows alone a caller may see; `null` for all. */
  tenantOf(request: FastifyRequest): string | null
}

const STATEMENT_BYTES = 1024 * 1024
const PASSED_ON = ['content-type', 'content-encoding', 'accept-encoding'] as const

/**
 * `/clickhouse`: the store's views as a ClickHouse server, read-only. Here a caller is told from another. To the embedded
 * engine everything is passed on as bytes, the gate is in its process; in front of a server it is in this one.
 */
export function clickhouseRoutes({ backend, tenantOf }: ClickhouseParts): FastifyPluginAsync {
  const answer = 'lane' in backend ? speak(backend) : pass(backend)
  return async (app) => {
    app.removeAllContentTypeParsers()
    if ('lane' in backend) app.addContentTypeParser('*', (_request, _body, done) => done(null))
    else app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const options = { config: { scope: 'query' }, bodyLimit: STATEMENT_BYTES } as const
    const schema = { summary: 'Views of the store in ClickHouse SQL, read-only, over its HTTP protocol.' }
    for (const url of ['/clickhouse', '/clickhouse/']) {
      app.route({
        method: ['GET', 'POST'],
        url,
        ...options,
        schema,
        handler: (request, reply) => answer(tenantOf(request), request, reply),
      })
    }
    app.get('/clickhouse/ping', { ...options, schema: { summary: 'Ok.' } }, (_request, reply) => {
      return reply.type('text/plain; charset=UTF-8').send('Ok.\n')
    })
  }
}

type Answer = (tenant: string | null, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** The request's body is read here, by whoever reads statements. */
const speak =
  (voice: Voice): Answer =>
  async (tenant, request, reply) => {
    reply.hijack()
    const { raw } = reply
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
    await answerStatement(voice, request.raw, raw, tenant === null ? {} : { tenant }).catch((error: unknown) =>
      refuseRaw(raw, error),
    )
  }

const pass =
  (engine: { readonly url: string; readonly password: string }): Answer =>
  (tenant, request, reply) => {
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
        if (!reply.sent) resolve(refuse(reply, away))
      })
      // a panel that nobody looks at any more ends its statement
      reply.raw.on('close', () => asked.destroy())
      asked.end(body)
    })
  }

const away = new Refusal(210, 'NETWORK_ERROR', 'The engine is being restarted: ask again in a moment')

/** In the words of ClickHouse, which its clients show. */
function refuse(reply: FastifyReply, { failure }: Refusal): FastifyReply {
  return reply
    .code(failure.status)
    .headers({ 'x-clickhouse-exception-code': failure.code })
    .type('text/plain; charset=UTF-8')
    .send(`${failure.text}\n`)
}
