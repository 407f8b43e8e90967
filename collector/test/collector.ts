import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = new URL('../src/main.ts', import.meta.url).pathname

export interface Running {
  readonly url: string
  readonly child: ChildProcess
  /** What it logged so far. */
  stderr(): string
  /** Sends the signal and resolves with the exit code (`null` when it was killed). */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface Failed {
  readonly code: number | null
  readonly stderr: string
}

/** The real collector as a process of its own, on free ports. */
export async function startCollector(env: Record<string, string>): Promise<Running> {
  const { child, ready, stderr } = spawnCollector(env)
  const url = await ready
  if (url === null) throw new Error(`the collector did not start: ${stderr()}`)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = once(child, 'exit')
    child.kill(signal)
    return (await ended)[0] as number | null
  }
  return { url, child, stderr, stop }
}

/** A start that must fail: its exit code and what it said. */
export async function failToStart(env: Record<string, string>): Promise<Failed> {
  const { child, ready, stderr } = spawnCollector(env)
  const ended = once(child, 'close')
  const url = await ready
  if (url !== null) {
    child.kill('SIGKILL')
    throw new Error('the collector started')
  }
  await ended
  return { code: child.exitCode, stderr: stderr() }
}

function spawnCollector(env: Record<string, string>) {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, OUTRIDER_PORT: '0', OUTRIDER_GRPC_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const ready = new Promise<string | null>((resolve) => {
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
      const found = /outrider ready on (\S+)/.exec(output)
      if (found) resolve(found[1]!)
    })
    child.on('exit', () => resolve(null))
  })
  return { child, ready, stderr: () => errors }
}

/** A directory of the test's own, and how to remove it. */
export function aDataDir(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

export interface RunAnswer {
  readonly run: Readonly<Record<string, unknown>>
  readonly spans: readonly (Readonly<Record<string, unknown>> & { readonly spanId: string })[]
}

/** `GET /api/runs/{traceId}`; throws unless it is 200. */
export async function getRun(url: string, traceId: string): Promise<RunAnswer> {
  const answer = await fetch(`${url}/api/runs/${traceId}`)
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as RunAnswer
}
