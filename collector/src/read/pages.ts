/** Serves the built pages. They are the same for everyone and hold no data: what they show, they ask the API for. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { OutriderError } from '../errors.ts'

/** Scripts, styles and data from here only; text can never become markup or script. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const headers = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** @param dir holds `index.html` and `assets/`, whose file names carry a hash of their content */
export function pageRoutes({ dir }: { readonly dir: string }): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(headers)
    })
    const config = { scope: 'public' } as const
    const schema = { hide: true }
    const assets = join(dir, 'assets')
    await app.register(fastifyStatic, { root: dir, serve: false, suppressWarning: true })

    const page = async (_request: unknown, reply: FastifyReply) => {
      const html = await readFile(join(dir, 'index.html')).catch((cause: unknown) => {
        throw new OutriderError('OUT_ROUTE_UNKNOWN', 'The pages are not built; `npm start` builds them.', { cause })
      })
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html)
    }
    app.get('/', { config, schema }, page)
    app.get('/runs/:traceId', { config, schema }, page)
    app.get('/money', { config, schema }, page)
    app.get('/agents', { config, schema }, page)
    app.get('/compare', { config, schema }, page)
    app.get('/guards', { config, schema }, page)
    app.get('/alerts', { config, schema }, page)
    app.get('/approvals', { config, schema }, page)
    app.get('/settings', { config, schema }, page)
    app.get('/dialects', { config, schema }, page)
    app.get<{ Params: { file: string } }>('/assets/:file', { config, schema }, async (request, reply) => {
      const { file } = request.params
      // one plain name: no folder, no dot file, nothing that decodes into a path
      const known = /^[\w-][\w.-]*$/.test(file) && existsSync(join(assets, file))
      if (!known) throw new OutriderError('OUT_ROUTE_UNKNOWN', 'There is no such asset.')
      return reply.sendFile(file, assets, { maxAge: '1y', immutable: true })
    })
  }
}
