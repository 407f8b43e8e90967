/**
 * Loaded into the collector with `--import`: tells, when its parent asks, how late its event loop was. The histogram
 * counts the time between two turns of a 1 ms timer, so that millisecond is taken off.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Milliseconds. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** How many turns of the timer were timed. */
  readonly turns: number
}

const RESOLUTION_MS = 1
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

process.on('message', (asked) => {
  if (asked === 'begin') {
    histogram.reset()
    histogram.enable()
    process.send?.('begun')
  }
  if (asked === 'end') {
    histogram.disable()
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)

    const at = (rank: number) => ms(histogram.percentile(rank))
    const answer = { p50: at(50), p99: at(99), max: ms(histogram.max), turns: histogram.count }
    process.send?.(answer satisfies LoopDelay)
  }
})
process.channel?.unref()
