import { chmod, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** Files that live as long as one insert. They may hold prompts: the directory and the files are private to the user. */
export interface Spool {
  /**
   * Writes a body to a file, calls `use` with its path, and removes the file whatever happens. The body is not destroyed
   * when the disk is full, so that the sender can still be told.
   */
  hold<T>(body: Readable, use: (path: string) => Promise<T>): Promise<T>
}

/** @param directory made if missing, and emptied: what an earlier process left there is nobody's. */
export async function createSpool(directory: string): Promise<Spool> {
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o700)
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true })
  let serial = 0
  return {
    async hold(body, use) {
      const path = join(directory, `${++serial}`)
      try {
        await write(body, path)
        return await use(path)
      } finally {
        await rm(path, { force: true })
      }
    },
  }
}

async function write(body: Readable, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) await file.writeFile(chunk as Buffer)
  } finally {
    await file.close()
  }
}
