/**
 * The process: environment, signals (SIGHUP reads the rules again), exit code. The only reader of `process.*` besides the command line. Standard output
 * carries one line, `outrider ready on URL`; everything else is structured logs on standard error.
 */
import { pino } from 'pino'
import { startApp } from './app.ts'
import { loadConfig } from './config.ts'
import { OutriderError } from './errors.ts'
import { createReload } from './reload.ts'

/** Long enough to store what was accepted, shorter than the 30 s after which orchestrators kill. */
const STOP_MS = 25_000

/** Runs until a signal. Exit codes: 0 stopped, 1 failed to start or to stop, 3 configuration. */
export async function main(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const loaded = loadConfig(env)
  if (!loaded.ok) {
    for (const { path, line, message } of loaded.problems) {
      process.stderr.write(
        `outrider: ${loaded.file ?? 'environment'}${line > 0 ? `:${line}` : ''}: ${path} ${message}\n`,
      )
    }
    process.exit(3)
  }
  const log = pino(
    {
      level: env.OUTRIDER_LOG_LEVEL ?? 'warn',
      redact: ['*.password', '*.authorization', '*.key', '*.token', '*.secret'],
    },
    pino.destination({ dest: 2, sync: false }),
  )
  let stop: (code: number) => void = () => process.exit(0)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(0))
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'unexpected failure')
    process.stderr.write(`outrider: unexpected failure: ${err.message}\n`)
    stop(1)
  })

  try {
    const app = await startApp(loaded.config, log)
    const reload = createReload(loaded.config, { load: () => loadConfig(env), apply: (next) => app.reload(next), log })
    process.on('SIGHUP', () => reload.now())
    if (loaded.file !== null) reload.watch(loaded.file)
    let stopping = false
    stop = (code) => {
      // a second signal means now
      if (stopping) process.exit(1)
      stopping = true
      reload.close()
      setTimeout(() => process.exit(1), STOP_MS).unref()
      void app.close().then(() => process.exit(code))
    }
    process.stdout.write(`outrider ready on ${app.url}\n`)
  } catch (cause) {
    const known = cause instanceof OutriderError
    const { message } = cause as Error
    process.stderr.write(`outrider: ${known ? `${cause.code}: ` : ''}${message}\n`)
    if (known) process.stderr.write(`outrider: ${cause.toJSON().error.hint}\n`)
    else log.error({ err: cause }, 'could not start')
    process.exit(known && cause.code === 'OUT_CONFIG_INVALID' ? 3 : 1)
  }
}

if (import.meta.main) await main()
