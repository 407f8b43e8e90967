import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoopDelay } from './loop-delay.ts'
import { childrenOf } from './process-cpu.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const LOOP_DELAY = new URL('loop-delay.ts', import.meta.url).href

export interface Collector {
  readonly url: string
  readonly pid: number
  readonly enginePid: number
  /** How late the collector's event loop was while `work` went on. */
  loopDelay(work: () => Promise<unknown>): Promise<LoopDelay>
  stop(): Promise<void>
}

/** The collector as users run it, a process of its own with the embedded engine, on free ports. */
export async function startCollector(dataDir: string): Promise<Collector> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, ['--import', LOOP_DELAY, MAIN], {
    env: {
      ...{ PATH, HOME, NODE_COMPILE_CACHE },
      ...{ OUTRIDER_PORT: '0', OUTRIDER_GRPC_PORT: '0', OUTRIDER_DATA_DIR: dataDir },
    },
    // a configuration file of the directory that the bench is started in is not ours
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const found = /outrider ready on (\S+)/.exec(output)
      if (found) resolve(found[1]!)
    })
    child.once('exit', (code) => reject(new Error(`the collector did not start (exit ${code})`)))
  })
  const pid = child.pid!
  const ask = async (what: 'begin' | 'end'): Promise<unknown> => {
    const answer = once(child, 'message')
    child.send(what)
    return (await answer)[0]
  }
  return {
    url,
    pid,
    enginePid: childrenOf(pid)[0]!,
    async loopDelay(work) {
      await ask('begin')
      await work()
      return (await ask('end')) as LoopDelay
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
