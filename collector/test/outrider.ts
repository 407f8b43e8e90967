/** The real command, as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

export interface Outrider {
  readonly process: ChildProcess
  readonly out: () => string
  readonly err: () => string
  /** Resolves when standard output (or error) contains the text; rejects when the command ends without it. */
  said(text: string | RegExp): Promise<void>
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

const running = new Set<ChildProcess>()

/** Ends what a failed test has left running. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

export function startOutrider(args: readonly string[], env: Record<string, string> = {}): Outrider {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    stdio: 'pipe',
  })
  running.add(child)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    child.emit('said')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    child.emit('said')
  })
  let over = false
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
    over = true
    running.delete(child)
    child.emit('said')
    return (code ?? signal) as number | string
  })
  return {
    process: child,
    out: () => out,
    err: () => err,
    async said(text) {
      const found = () => (typeof text === 'string' ? (out + err).includes(text) : text.test(out + err))
      while (!found()) {
        if (over) throw new Error(`ended without saying ${text}:\n${out}\n${err}`)
        await once(child, 'said')
      }
    },
    ended,
  }
}

export async function outrider(args: readonly string[], env: Record<string, string> = {}, input = '') {
  const started = startOutrider(args, env)
  started.process.stdin?.end(input)
  const code = await started.ended
  return { code, out: started.out(), err: started.err() }
}
