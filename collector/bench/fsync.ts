import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds of each 4 KiB write that is forced to the disk of that directory, one after the other. */
export async function syncs(dir: string, seconds: number): Promise<number[]> {
  const file = join(dir, 'raw-fsync')
  const descriptor = openSync(file, 'w')
  const page = Buffer.alloc(4096, 1)
  const times: number[] = []
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    const began = performance.now()
    writeSync(descriptor, page)
    fdatasyncSync(descriptor)
    times.push(performance.now() - began)
    if (times.length % 50 === 0) await sleep(0)
  }
  closeSync(descriptor)
  rmSync(file)
  return times
}
