/** What can be seen without a collector: configuration, runtime, disk, the project's own SDK. */
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { type Config, loadConfig } from '../../config.ts'
import type { Finding } from './finding.ts'

const NEEDED = { major: 26 }

export function checkConfig(env: Readonly<Record<string, string | undefined>>, file: string | undefined) {
  const loaded = loadConfig(env, file)
  const where = loaded.file ?? 'the defaults and the environment'
  if (loaded.ok) {
    const finding: Finding = { check: 'config', state: 'ok', message: `${where} can be read.` }
    return { finding, config: loaded.config }
  }
  const [first, ...more] = loaded.problems
  const place = first === undefined || first.line === 0 ? where : `${where}:${first.line}`
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`
  const message = `${place}: ${first?.path ?? ''} ${first?.message ?? ''}${rest}`
  const finding: Finding = { check: 'config', state: 'fail', message, hint: 'outrider check lists every problem.' }
  return { finding, config: null }
}

export function checkRuntime(version: string): Finding {
  const major = Number(version.replace(/^v/, '').split('.')[0])
  if (major >= NEEDED.major) return { check: 'runtime', state: 'ok', message: `Node ${version}.` }
  const message = `Node ${version}; the collector needs ${NEEDED.major} or later.`
  return {
    check: 'runtime',
    state: 'fail',
    message,
    hint: 'npm start brings its own; npx outrider uses the one it is started with.',
  }
}

/** Of the directory that is, or is to be, the data's. */
export function checkDisk({ store: { dataDir, minFreeBytes } }: Config): Finding {
  let at = resolve(dataDir)
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  const { bavail, bsize } = statfsSync(at)
  const free = bavail * bsize
  const message = `${gib(free)} GiB are free for ${dataDir}.`
  if (free > 2 * minFreeBytes) return { check: 'disk', state: 'ok', message }
  const low = free <= minFreeBytes
  const hint = low
    ? `Below ${gib(minFreeBytes)} GiB (store.minFreeBytes) the oldest spans are dropped: free some, or lower retention.days.`
    : `At ${gib(minFreeBytes)} GiB (store.minFreeBytes) the oldest spans are dropped.`
  return { check: 'disk', state: low ? 'fail' : 'warn', message, hint }
}

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1)

/** The SDK that is installed where the doctor stands; none is no finding. */
export function checkSdk(dir: string, collector: string | null): readonly Finding[] {
  const file = join(dir, 'node_modules', '@outrider', 'sdk', 'package.json')
  if (!existsSync(file)) return []
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  const message = `@outrider/sdk ${version} is installed here; the collector is ${collector ?? 'not asked'}.`
  if (collector === null || minor(version) === minor(collector)) return [{ check: 'sdk', state: 'ok', message }]
  return [{ check: 'sdk', state: 'warn', message, hint: 'Bring both to the same version.' }]
}

const minor = (version: string): string => version.split('.').slice(0, 2).join('.')

/** Who listens where no collector answered. */
export async function checkPort(url: string): Promise<Finding> {
  const { hostname, port, protocol } = new URL(url)
  const number = Number(port) || (protocol === 'https:' ? 443 : 80)
  const taken = await listens(hostname.replace(/^\[|\]$/g, ''), number)
  return taken
    ? {
        ...{
          check: 'port',
          state: 'fail',
          message: `Something listens on ${hostname}:${number}, but it is no collector.`,
        },
        hint: 'Stop it, or give the collector another port with OUTRIDER_PORT.',
      }
    : {
        check: 'port',
        state: 'warn',
        message: `Nothing listens on ${hostname}:${number}.`,
        hint: 'Start it: outrider up',
      }
}

function listens(host: string, port: number): Promise<boolean> {
  const { promise, resolve: answer } = Promise.withResolvers<boolean>()
  const socket = connect({ host, port, timeout: 2000 })
  const end = (open: boolean) => () => {
    socket.destroy()
    answer(open)
  }
  socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  return promise
}
