import type { FastifyInstance } from 'fastify'
import { OutriderError } from '../errors.ts'

/** Takes JSON, and nothing at all where a client says `application/json` and sends no body, as many do with DELETE. */
export function takeOptionalJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined)
    try {
      done(null, JSON.parse(text as string) as unknown)
    } catch {
      done(new OutriderError('OUT_BODY_UNREADABLE', 'The body is not valid JSON.'))
    }
  })
}
