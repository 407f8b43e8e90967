/** A Redis of the tests' own, on a port and a directory of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RedisServer {
  readonly url: string
  /** It writes to the disk before it answers. */
  start(): Promise<void>
  /** As a power cut would, but for the disk's cache. */
  kill(): Promise<void>
  /** It takes what is sent, and says nothing. */
  freeze(frozen: boolean): void
  stop(): Promise<void>
}

/** Whether there is one; where peers are required there must be. */
export const findRedis = (): boolean =>
  process.env.OUTRIDER_TEST_PEERS === 'required' || spawnSync('redis-server', ['--version']).status === 0

export async function startRedis(fsync: 'always' | 'no' = 'no'): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-redis-'))
  const port = await freePort()
  const files = ['--dir', dir, '--save', '', '--appendonly', 'yes', '--appendfsync', fsync]
  let child: ChildProcess | undefined
  const start = async () => {
    const started = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child = started
    for await (const line of createInterface({ input: started.stdout! })) {
      if (line.includes('Ready to accept connections')) break
    }
    started.stdout!.resume()
  }
  const kill = async () => {
    if (child === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    child = undefined
  }
  await start()
  return {
    ...{ url: `redis://127.0.0.1:${port}`, start, kill },
    freeze: (frozen) => void child?.kill(frozen ? 'SIGSTOP' : 'SIGCONT'),
    async stop() {
      await kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
