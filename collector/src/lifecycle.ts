/** What was started, to be stopped in reverse: every step is tried, none skips the next. */
export interface Lifecycle {
  /** Call right after the thing runs. */
  onStop(name: string, stop: () => Promise<void> | void): void
  /** Idempotent: a second call waits for the first. */
  stop(): Promise<void>
}

export function createLifecycle(log: {
  info(fields: object, text: string): void
  error(fields: object, text: string): void
}) {
  const steps: { name: string; stop: () => Promise<void> | void }[] = []
  let stopping: Promise<void> | undefined
  const run = async () => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step.stop()
        log.info({ part: step.name }, 'stopped')
      } catch (err) {
        log.error({ part: step.name, err }, 'did not stop cleanly')
      }
    }
  }
  return {
    onStop: (name, stop) => steps.push({ name, stop }),
    stop: () => {
      stopping ??= run()
      return stopping
    },
  } satisfies Lifecycle
}
