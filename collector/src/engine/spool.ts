import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Files that live as long as one insert. They may hold prompts: the directory and the files are private to the user. */
export interface Spool {
  /** Writes a body to a file, calls `use` with its path, and removes the file whatever happens. */
  hold<T>(body: Readable, use: (path: string) => Promise<T>): Promise<T>
}

/** @param directory removed and made anew: what an earlier process left there is nobody's. */
export async function createSpool(directory: string): Promise<Spool> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  let serial = 0
  return {
    async hold(body, use) {
      const path = join(directory, `${++serial}`)
      try {
        await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
        return await use(path)
      } finally {
        await rm(path, { force: true })
      }
    },
  }
}
