/** Every example in `/docs` is sent as it stands, and every answer is checked against its description. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Answer, type RunningGate, startGate, tempDir } from '../../test/gate.ts'

type Schema = Readonly<Record<string, unknown>>
interface Operation {
  readonly summary?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly description?: string
    readonly example?: unknown
    readonly schema?: Schema
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

const place = tempDir()
let running: RunningGate
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
beforeAll(async () => {
  running = await startGate({
    dir: place.dir,
    yaml: `budgets: [ { name: team-day, scope: global, limitUsd: 50, window: day } ]
approvals: { require: [ { name: deploys, match: { tool: deploy } } ] }`,
  })
  paths = ((await running.get('/docs')).body as { paths: typeof paths }).paths
})
afterAll(async () => {
  await running.close()
  place.remove()
})

const bodyOf = (path: string, method: string) => {
  const schema = paths[path]?.[method]?.requestBody?.content['application/json']?.schema
  return { schema: schema ?? expect.fail(`${method} ${path} describes no body`), example: schema?.example as object }
}
const conforms = (path: string, method: string, answer: Answer) => {
  expect(answer.status).toBe(200)
  const schema = paths[path]?.[method]?.responses['200']?.content?.['application/json']?.schema
  const checked = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(answer.body)
  expect(checked.error, `${method} ${path}`).toBeUndefined()
}

test('the examples work, one after the other, and answer as described', async () => {
  for (const path of ['/v1/gate/check', '/v1/gate/settle', '/v1/gate/release']) {
    const { example } = bodyOf(path, 'post')
    conforms(path, 'post', await running.post(path, example))
  }
  conforms('/api/budgets', 'get', await running.get('/api/budgets'))
  conforms('/api/decisions', 'get', await running.get('/api/decisions?limit=50'))
  const put = '/api/switches/{scope}/{name}'
  conforms(put, 'put', await running.put('/api/switches/agent/refunds', bodyOf(put, 'put').example))
  conforms('/api/switches', 'get', await running.get('/api/switches'))
  const refused = { ...bodyOf('/v1/gate/check', 'post').example, id: 'another' }
  const denied = await running.post('/v1/gate/check', refused)
  expect(denied.body).toMatchObject({ decision: 'deny' })
  conforms('/v1/gate/check', 'post', denied)
  conforms(put, 'delete', await running.del('/api/switches/agent/refunds'))
  const budget = '/api/budgets/{name}'
  conforms(budget, 'put', await running.put('/api/budgets/team-day', bodyOf(budget, 'put').example))
  conforms(budget, 'delete', await running.del('/api/budgets/team-day'))
  conforms('/api/audit', 'get', await running.get('/api/audit'))
  const tool = { id: 'd', traceId: 'a'.repeat(32), kind: 'tool', tool: { name: 'deploy' } }
  const asked = await running.post('/v1/gate/check', tool)
  conforms('/v1/gate/check', 'post', asked)
  conforms('/api/decisions', 'get', await running.get('/api/decisions?limit=50'))
  const { id } = asked.body.approval
  conforms('/api/approvals', 'get', await running.get('/api/approvals?state=pending&limit=50'))
  conforms('/api/approvals/{id}', 'get', await running.get(`/api/approvals/${id}`))
  conforms('/v1/gate/approvals/{id}', 'get', await running.get(`/v1/gate/approvals/${id}?wait=0`))
  const approve = '/api/approvals/{id}/approve'
  conforms(approve, 'post', await running.post(`/api/approvals/${id}/approve`, bodyOf(approve, 'post').example))
  const lease = { id: 'l', kind: 'lease', provider: 'openai', model: 'gpt-4o', estimateUsd: 1 }
  conforms('/v1/gate/check', 'post', await running.post('/v1/gate/check', { ...refused, input: undefined, ...lease }))
})

test('every field of a body, and every parameter, is described with an example', () => {
  for (const [path, methods] of Object.entries(paths)) {
    if (!/gate|budgets|switches|audit|decisions|approvals/.test(path)) continue
    for (const [method, { summary, parameters = [], requestBody }] of Object.entries(methods)) {
      expect(summary, `${method} ${path}`).toMatch(/./)
      for (const { name, description, example, schema } of parameters) {
        expect(description, `${path} ${name}`).toMatch(/./)
        expect(example ?? schema?.example, `${path} ${name}`).toBeDefined()
      }
      const schema = requestBody?.content['application/json']?.schema
      if (schema !== undefined) describedFields(schema, `${method} ${path}`)
    }
  }
})

function describedFields(schema: Schema, place: string): void {
  for (const [name, field] of Object.entries((schema.properties ?? {}) as Record<string, Schema>)) {
    if (field.properties !== undefined) {
      describedFields(field, `${place} ${name}`)
      continue
    }
    expect(field.description, `${place} ${name}`).toMatch(/./)
    expect(field.example, `${place} ${name}`).toBeDefined()
  }
}
