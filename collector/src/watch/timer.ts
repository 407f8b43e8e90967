/** What is done again and again, never twice at once. */
export interface Timer {
  /** Resolves when what is being done is done. */
  stop(): Promise<void>
}

const MINUTE = 60_000
/** Into a minute: exporters have sent by then what ended in the one before. */
const TICK_AT = 5000

/** At once, then every minute. */
export const everyMinute = (work: () => Promise<void>): Timer =>
  repeat(work, () => MINUTE - ((Date.now() - TICK_AT) % MINUTE))

/** At once, then so many milliseconds after it was done. */
export const every = (pauseMs: number, work: () => Promise<void>): Timer => repeat(work, () => pauseMs)

function repeat(work: () => Promise<void>, pauseMs: () => number): Timer {
  let stopped = false
  let waiting: NodeJS.Timeout | undefined
  let last: Promise<void>
  const step = () => {
    last = work().finally(() => {
      if (!stopped) waiting = setTimeout(step, pauseMs()).unref()
    })
  }
  step()
  return {
    async stop() {
      stopped = true
      clearTimeout(waiting)
      await last
    },
  }
}
