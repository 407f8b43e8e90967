/** The real collector in a process of its own, on a data directory that ends with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Collector extends AsyncDisposable {
  readonly url: string
  get(path: string): Promise<unknown>
  post(path: string, body: object): Promise<unknown>
  put(path: string, body: object): Promise<unknown>
  /** As a machine that loses power. */
  kill(): Promise<void>
  /** After a kill: the same data on the same port. */
  revive(): Promise<void>
}

const main = new URL('../../collector/src/main.ts', import.meta.url).pathname

/** @param yaml its `outrider.yaml` */
export async function startCollector(yaml = ''): Promise<Collector> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-sdk-'))
  await writeFile(join(folder, 'outrider.yaml'), yaml)
  let running = await run(folder, '0')
  const { url } = running
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as unknown
  }
  const send = (method: string) => (path: string, body: object) => {
    return ask(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  }
  return {
    url,
    get: (path) => ask(path),
    post: send('POST'),
    put: send('PUT'),
    kill: () => running.end('SIGKILL'),
    async revive() {
      running = await run(folder, new URL(url).port)
    },
    async [Symbol.asyncDispose]() {
      await running.end('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(folder: string, port: string) {
  const child = spawn(process.execPath, ['--disable-warning=FSTDEP023', main], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      OUTRIDER_PORT: port,
      OUTRIDER_GRPC_PORT: '0',
      OUTRIDER_DATA_DIR: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await Promise.race([readyUrl(child.stdout), exited.then(() => Promise.reject(new Error('it ended')))])
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  return { url, end }
}

async function readyUrl(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const ready = /^outrider ready on (http:\S+)$/.exec(line)
    if (ready?.[1] !== undefined) return ready[1]
  }
  throw new Error('the collector closed its output before it was ready')
}
