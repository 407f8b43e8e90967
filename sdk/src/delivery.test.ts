import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { type Manner, startCatcher } from '../test/catcher.ts'

const app = new URL('../test/apps/steady.ts', import.meta.url).pathname

async function runApp(env: Record<string, string>) {
  const child = spawn(process.execPath, [app], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await closed
  const [result, report] = stdout.trim().split('\n')
  return { code, result, report: JSON.parse(report ?? '{}') as { seen: string[]; dropped: number }, stderr }
}

/** A port that refuses: it was free a moment ago. */
async function refusing(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

describe('an application beside a collector', () => {
  const modes = ['shutdown', 'plain']
  const manners: Manner[] = ['hangs', 'resets', 400, 401, 500, 503]
  const cases = modes.flatMap((mode) => manners.map((manner) => [manner, mode] as const))

  it.concurrent.each(cases)('that %s does its work, loses its spans and says so once (%s)', async (manner, mode) => {
    await using catcher = await startCatcher(manner)
    const { code, result, report, stderr } = await runApp({ COLLECTOR: catcher.url, MODE: mode })
    expect({ code, result, seen: report.seen }).toEqual({ code: 0, result: '0 1 4 9 16', seen: [] })
    expect(catcher.paths).toContain('/v1/traces')
    const lines = stderr.trim().split('\n')
    expect(lines.filter((line) => line.includes('15 spans were not delivered'))).toHaveLength(1)
    expect(lines.length).toBeLessThanOrEqual(2)
    if (manner === 401) expect(stderr).toContain('apiKey')
  })

  it.concurrent.each(modes)('that is absent does its work, loses its spans and says so once (%s)', async (mode) => {
    const { code, result, report, stderr } = await runApp({ COLLECTOR: await refusing(), MODE: mode })
    expect({ code, result, report }).toEqual({ code: 0, result: '0 1 4 9 16', report: { seen: [], dropped: 15 } })
    expect(stderr).toContain('ECONNREFUSED')
    expect(stderr.match(/15 spans were not delivered/g)).toHaveLength(1)
  })

  it.concurrent.each(['shutdown', 'plain', 'flush'])(
    'that answers gets everything, and nothing is said (%s)',
    async (mode) => {
      await using catcher = await startCatcher()
      const { code, result, report, stderr } = await runApp({ COLLECTOR: catcher.url, MODE: mode })
      expect({ code, result, report, stderr }).toEqual({
        code: 0,
        result: '0 1 4 9 16',
        report: { seen: [], dropped: 0 },
        stderr: '',
      })
      expect(catcher.spans).toHaveLength(15)
    },
  )

  it.concurrent('that answers 200 with nonsense took the spans', async () => {
    await using catcher = await startCatcher('nonsense')
    const { code, report, stderr } = await runApp({ COLLECTOR: catcher.url, MODE: 'shutdown' })
    expect({ code, report, stderr }).toEqual({ code: 0, report: { seen: [], dropped: 0 }, stderr: '' })
  })

  it.concurrent('loses its tail to process.exit, as every batching exporter does, and keeps its exit code', async () => {
    await using catcher = await startCatcher()
    const { code, result } = await runApp({ COLLECTOR: catcher.url, MODE: 'exit' })
    expect({ code, result }).toEqual({ code: 3, result: '0 1 4 9 16' })
    expect(catcher.spans).toEqual([])
  })
})
