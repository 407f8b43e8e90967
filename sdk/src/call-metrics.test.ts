import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { startCatcher } from '../test/catcher.ts'
import { outrider } from './index.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

it('serves calls, errors, tokens and seconds by agent and model, with bounded labels and no user', async () => {
  await using catcher = await startCatcher()
  const port = await freePort()
  const host = '127.0.0.1'
  await using _ = outrider.start({ service: 'metrics', collector: catcher.url, prometheus: { port, host } })
  outrider.run('w', { user: 'user-42', tenant: 'tenant-7' }, () => {
    outrider.agent('writer', () => {
      for (let i = 0; i < 3; i += 1)
        outrider.model('gpt-4o', (call) => call.usage({ inputTokens: 10, outputTokens: 2, cacheReadTokens: 4 }))
      expect(() =>
        outrider.tool('t', () => {
          throw new Error('x')
        }),
      ).toThrow()
    })
    for (let i = 0; i < 100; i += 1) outrider.agent(`agent-${i}`, () => {})
  })

  const page = await (await fetch(`http://${host}:${port}/metrics`)).text()
  const value = (line: string) =>
    Number(
      page
        .split('\n')
        .find((each) => each.startsWith(line))
        ?.split(' ')
        .at(-1),
    )
  const model = 'operation="chat",agent="writer",model="gpt-4o"'
  expect(value(`outrider_calls_total{${model}}`)).toBe(3)
  expect(value(`outrider_tokens_total{${model},type="input"}`)).toBe(30)
  expect(value(`outrider_tokens_total{${model},type="cache_read"}`)).toBe(12)
  expect(value(`outrider_errors_total{operation="execute_tool",agent="writer",model=""}`)).toBe(1)
  expect(value(`outrider_duration_seconds_count{${model}}`)).toBe(3)
  expect(value('outrider_calls_total{operation="invoke_agent",agent="other"')).toBeGreaterThan(30)
  expect(page).not.toMatch(/user-42|tenant-7/)
})
