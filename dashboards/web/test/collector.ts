/** The real collector in a process of its own, serving freshly built pages, on a data directory that ends with it. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { type OtlpSpan, traceRequest } from './otlp.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const run = promisify(execFile)

export interface Collector {
  readonly url: string
  /** Resolves when the spans are stored. Rejects unless every one was taken. */
  send(spans: readonly OtlpSpan[], service?: string): Promise<void>
  /** Posts scores or outcomes. Rejects unless all were stored. */
  judge(what: 'scores' | 'outcomes', judgements: readonly object[]): Promise<void>
  stop(): Promise<void>
}

interface Settings {
  /** Asks every client for this key. */
  readonly apiKey?: string
  /** More lines of outrider.yaml. */
  readonly yaml?: string
  /** Data that is there before and stays after; a directory of its own otherwise. */
  readonly dataDir?: string
}

export async function startCollector({ apiKey, yaml = '', dataDir }: Settings = {}): Promise<Collector> {
  await run(process.execPath, [join(root, 'dashboards', 'web', 'build.ts')])
  const dir = await mkdtemp(join(tmpdir(), 'outrider-pages-'))
  const config = join(dir, 'outrider.yaml')
  await writeFile(config, `content: full\n${yaml}`)
  const child = spawn(process.execPath, ['--disable-warning=FSTDEP023', join(root, 'collector', 'src', 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      OUTRIDER_CONFIG: config,
      OUTRIDER_PORT: '0',
      OUTRIDER_GRPC_PORT: '0',
      OUTRIDER_DATA_DIR: dataDir ?? join(dir, 'data'),
      ...(apiKey === undefined ? {} : { OUTRIDER_API_KEY: apiKey }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stopping = false
  const exited = once(child, 'exit')
  child.once('exit', (code, signal) => {
    if (!stopping) process.stderr.write(`the collector ended by itself: code ${code}, signal ${signal}\n`)
  })
  const url = await Promise.race([
    readyUrl(child.stdout),
    exited.then(([code]) => Promise.reject(new Error(`the collector stopped with ${code} before it was ready`))),
  ])
  return {
    url,
    async send(spans, service = 'pages-test') {
      for (let at = 0; at < spans.length; at += 2000) {
        await post(url, traceRequest(spans.slice(at, at + 2000), service), apiKey)
      }
    },
    async judge(what, judgements) {
      const response = await fetch(`${url}/api/${what}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(judgements),
      })
      if (!response.ok) throw new Error(`the collector answered ${response.status}: ${await response.text()}`)
    },
    async stop() {
      stopping = true
      child.kill('SIGTERM')
      await exited
      await rm(dir, { recursive: true, force: true })
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

async function post(url: string, body: unknown, apiKey: string | undefined): Promise<void> {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(body),
  })
  const answer = await response.text()
  const { partialSuccess } = JSON.parse(answer) as { partialSuccess?: { rejectedSpans?: string | number } }
  if (!response.ok || Number(partialSuccess?.rejectedSpans ?? 0) > 0) {
    throw new Error(`the collector answered ${response.status}: ${answer}`)
  }
}
