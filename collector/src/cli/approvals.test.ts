import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningGate, startGate, tempDir } from '../../test/gate.ts'
import { endAll, startOutrider } from '../../test/outrider.ts'

const place = tempDir()
let running: RunningGate
let url: string
beforeAll(async () => {
  running = await startGate({ dir: place.dir, yaml: 'approvals: { require: [ { name: all, match: { tool: "*" } } ] }' })
  url = await running.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  endAll()
  await running.close()
  place.remove()
})

const run = async (...args: string[]) => {
  const { ended, out, err } = startOutrider([...args, '--url', url])
  return { code: await ended, out: out(), err: err() }
}

test('lists what waits, takes the word, and says who was first', async () => {
  expect(await run('approvals')).toMatchObject({ code: 0, out: '', err: 'Nothing waits for a person.\n' })
  const tool = { name: 'deploy\u001b[31m', args: { to: 'production' } }
  const asked = { id: 'a', traceId: 'a'.repeat(32), kind: 'tool', agent: 'ops', estimateUsd: 2, tool }
  const { id } = (await running.post('/v1/gate/check', asked)).body.approval
  const listed = await run('approvals')
  expect(listed.out).toContain(`${id}  pending`)
  expect(listed.out).toContain('deploy[31m')
  expect(listed.out).toContain('{"to":"production"}')
  expect(listed.err).toBe(`Next: outrider approve ${id} --reason "…"\n`)
  const denied = await run('deny', id, '--by', 'dana', '--reason', 'not on a Saturday', '--json')
  expect(JSON.parse(denied.out)).toMatchObject({ id, state: 'denied', by: 'dana', reason: 'not on a Saturday' })
  expect(await run('approve', id)).toMatchObject({ code: 1, err: expect.stringContaining('OUT_APPROVAL_DECIDED') })
  expect((await run('approvals', '--all')).out).toContain('not on a Saturday')
})
