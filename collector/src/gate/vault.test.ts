/** What the gate hides so that it can be given back: the real gate, the real thread, the real stream. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningGate, startGate, tempDir } from '../../test/gate.ts'

const YAML = `
prices: [ { provider: acme, model: acme-1, inputUsdPerMTok: 1, outputUsdPerMTok: 10 } ]
guards: { packs: [baseline], pii: { operator: vault } }
`
const run = (digit: string) => ({ traceId: digit.repeat(32), tenantId: 'acme' })
const model = { kind: 'model', provider: 'acme', model: 'acme-1', maxOutputTokens: 100 }
const MAIL = 'ada@example.org'

let place: ReturnType<typeof tempDir>
let gate: RunningGate
beforeEach(async () => {
  place = tempDir()
  gate = await startGate({ dir: place.dir, yaml: YAML })
})
afterEach(async () => {
  await gate.close()
  place.remove()
})

const check = async (input: string, of: object) =>
  (await gate.post('/v1/gate/check', { id: randomUUID(), ...model, ...of, input })).body
const streamed = async (text: string, of: object) =>
  (await gate.post('/v1/guard/stream', { id: randomUUID(), at: 0, text, end: true, ...of })).body.text

test.each([
  ['a short text', ''],
  ['a long one, read in the thread', 'All is well here. '.repeat(500)],
])('%s: hidden on its way in, given back in the answers of its run only', async (_, more) => {
  const { decision, input, holdId } = await check(`${more}I am ${MAIL}, really ${MAIL}.`, run('a'))
  expect(decision).toBe('redact')
  const token = /EMAIL_ADDRESS_v\w{12}/.exec(input)?.[0] ?? 'none'
  expect(input).toBe(`${more}I am ${token}, really ${token}.`)

  expect(await streamed(`Dear ${token}!`, run('a'))).toBe(`Dear ${MAIL}!`)
  expect(await streamed(`{"to":"${token}"}`, { ...run('a'), kind: 'arguments' })).toBe(`{"to":"${MAIL}"}`)
  for (const other of [run('b'), { ...run('a'), tenantId: 'globex' }]) {
    expect(await streamed(`Dear ${token}!`, other)).toBe(`Dear ${token}!`)
    expect((await check(`${more}I am ${MAIL}.`, other)).input).not.toContain(token)
  }
  const usage = { inputTokens: 1, outputTokens: 1 }
  const settled = await gate.post('/v1/gate/settle', { holdId, status: 'ok', usage, output: `{"to":"${token}"}` })
  expect(settled.body.output).toBe(`{"to":"${MAIL}"}`)
})

test('a text that is asked about by itself is hidden too, and what a model wrote is not given back', async () => {
  const { body } = await gate.post('/v1/guard', { direction: 'input', text: `I am ${MAIL}`, ...run('c') })
  expect(body.text).toMatch(/^I am EMAIL_ADDRESS_v\w{12}$/)
  expect(await streamed(`I found eve@example.org.`, run('c'))).toMatch(/^I found EMAIL_ADDRESS_v\w{12}\.$/)
  const { body: alone } = await gate.post('/v1/guard', { direction: 'input', text: `I am ${MAIL}` })
  expect(alone.text).toMatch(/^I am EMAIL_ADDRESS_v\w{12}$/)
})
