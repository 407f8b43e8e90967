/** The real collector in a process of its own, on a data directory that ends with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Collector extends AsyncDisposable {
  readonly url: string
  get(path: string): Promise<unknown>
  put(path: string, body: object): Promise<unknown>
  /** As a machine that loses power. */
  kill(): Promise<void>
}

const main = new URL('../../collector/src/main.ts', import.meta.url).pathname

export async function startCollector(): Promise<Collector> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-sdk-'))
  const child = spawn(process.execPath, ['--disable-warning=FSTDEP023', main], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      OUTRIDER_PORT: '0',
      OUTRIDER_GRPC_PORT: '0',
      OUTRIDER_DATA_DIR: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await Promise.race([readyUrl(child.stdout), exited.then(() => Promise.reject(new Error('it ended')))])
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as unknown
  }
  return {
    url,
    get: (path) => ask(path),
    put: (path, body) =>
      ask(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function readyUrl(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const ready = /^outrider ready on (http:\S+)$/.exec(line)
    if (ready?.[1] !== undefined) return ready[1]
  }
  throw new Error('the collector closed its output before it was ready')
}
