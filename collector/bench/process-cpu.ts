/** What processes used of the processors, as the kernel counts it (Linux only). */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Ticks a second of /proc's counters, the same on every Linux. */
const TICKS = 100

/** CPU seconds of a process since it began, all its threads, in user and kernel. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // the name in brackets may hold blanks: count from behind it
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** The processes that this one started. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number)
}

/** Resolves when the process has used less than a tenth of a processor for a second: background merges are done. */
export async function settled(pid: number, limitMs: number): Promise<void> {
  const until = performance.now() + limitMs
  let used = cpuSeconds(pid)
  for (let calm = 0; calm < 4 && performance.now() < until; ) {
    await sleep(250)
    const now = cpuSeconds(pid)
    calm = now - used < 0.03 ? calm + 1 : 0
    used = now
  }
}
