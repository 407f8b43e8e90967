/** `GET /runbooks/NAME`: what to do when an alert of the default pack fires, for who was woken. */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import { OutriderError } from '../errors.ts'

/** @param dir holds `NAME.md`; without it there are none */
export function runbookRoutes({ dir }: { readonly dir: string }): FastifyPluginAsync {
  const names = new Set(list(dir).map((file) => file.slice(0, -'.md'.length)))
  return async (app) => {
    app.get<{ Params: { name: string } }>(
      '/runbooks/:name',
      { config: { scope: 'public' }, schema },
      async (request, reply) => {
        const { name } = request.params
        if (!names.has(name))
          throw new OutriderError('OUT_ROUTE_UNKNOWN', 'There is no runbook of this name.', { field: 'name' })
        const text = await readFile(join(dir, `${name}.md`), 'utf8')
        reply.header('x-content-type-options', 'nosniff').type('text/plain; charset=utf-8')
        return text
      },
    )
  }
}

function list(dir: string): readonly string[] {
  try {
    return readdirSync(dir).filter((file) => file.endsWith('.md') && file !== 'README.md')
  } catch {
    return []
  }
}

const schema = { summary: 'What to do when an alert of this rule fires.', tags: ['alerts'] }
