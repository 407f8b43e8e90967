import fastifySwagger from '@fastify/swagger'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { knownStore, span, storedRun } from '../../test/known-runs.ts'
import { runSchema, runsSchema } from './documentation.ts'
import { readRoutes } from './routes.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spans = [
  span({
    events: [{ timeNs: 1n, name: 'e', attributes: {} }],
    links: [{ traceId, spanId: 'a'.repeat(16), attributes: {} }],
  }),
  span({
    kind: 'retrieval',
    parentSpanId: '00f067aa0ba902b7',
    retrievalQuery: 'q',
    toolName: 'search',
    inputTokens: 3,
  }),
]
const { store } = knownStore([storedRun(spans)])
const app = Fastify()

beforeAll(async () => {
  await app.register(fastifySwagger, { openapi: { openapi: '3.1.0' } })
  const live = { subscribe: () => () => {} }
  await app.register(
    readRoutes({
      store,
      tenantOf: () => null,
      live,
      inherit: (all) => all,
      attachLogs: (all) => all,
      decisions: async () => [],
      correct: async () => [],
    }),
  )
  await app.ready()
})
afterAll(() => app.close())

describe.each([
  ['/api/runs', runsSchema.response[200]],
  [`/api/runs/${traceId}`, runSchema.response[200]],
])('%s', (url, schema) => {
  test('answers as documented', async () => {
    const answer = (await app.inject(url)).json()
    expect(z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(answer).error).toBeUndefined()
  })

  test('has no field that is not documented, and none missing', async () => {
    const answer = (await app.inject(url)).json()
    for (const [path, value] of fieldsOf(answer))
      expect(propertiesAt(schema, path), path.join('.')).toEqual(Object.keys(value))
  })
})

test('every parameter of /api/runs is described, with an example', () => {
  const parameters = (app.swagger() as { paths: Record<string, { get: { parameters: Record<string, unknown>[] } }> })
    .paths['/api/runs']?.get.parameters
  expect(parameters).toHaveLength(14)
  for (const parameter of parameters ?? []) {
    expect(parameter.description, String(parameter.name)).toMatch(/./)
    expect(parameter.example ?? (parameter.schema as { example?: unknown }).example, String(parameter.name)).toMatch(
      /./,
    )
  }
})

/** Objects with fixed fields in the answer, and where they are; what holds free keys is left out. */
function* fieldsOf(value: unknown, path: readonly string[] = []): Generator<[readonly string[], object]> {
  const free = ['attributes', 'resource', 'cut', 'retrieval', 'said']
  if (Array.isArray(value)) for (const each of value) yield* fieldsOf(each, [...path, 'items'])
  else if (typeof value === 'object' && value !== null) {
    yield [path, value]
    for (const [name, inner] of Object.entries(value)) if (!free.includes(name)) yield* fieldsOf(inner, [...path, name])
  }
}

function propertiesAt(schema: Readonly<Record<string, unknown>>, path: readonly string[]): readonly string[] {
  const at = path.reduce<Record<string, unknown>>((here, name) => {
    return (name === 'items' ? here.items : (here.properties as Record<string, unknown>)[name]) as Record<
      string,
      unknown
    >
  }, schema)
  return Object.keys(at.properties as object)
}
