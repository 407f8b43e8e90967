import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OutriderError } from '../errors.ts'

/** A process, told apart from a later one with the same number. */
interface Identity {
  readonly pid: number
  /** When it started, in the system's own words. */
  readonly started: string
}

/** What the claim file says. */
interface Ownership {
  readonly owner: Identity
  readonly engine: Identity | null
}

/** A data directory that belongs to this process, by a file in it that names the process and its engine. */
export interface Claim {
  /** Writes down the current engine process, so that a successor can end it if this process is killed. */
  engine(pid: number): void
  release(): void
}

/**
 * Claims a directory. What a dead process left is taken over; an engine of it that still hangs is ended: nobody waits for
 * its answers, and what it acknowledged is on disk.
 *
 * @throws OutriderError `OUT_DATA_LOCKED`, naming the process that holds the directory.
 */
export function claimDirectory(directory: string): Claim {
  const path = join(directory, 'owner.json')
  const previous = read(path)
  if (previous && alive(previous.owner)) {
    throw new OutriderError('OUT_DATA_LOCKED', `${directory} is held by process ${previous.owner.pid}.`)
  }
  if (previous?.engine && alive(previous.engine)) process.kill(previous.engine.pid, 'SIGKILL')
  const owner = identify(process.pid)
  const write = (ownership: Ownership, flag: 'w' | 'wx') =>
    writeFileSync(path, JSON.stringify(ownership), { mode: 0o600, flag })
  try {
    rmSync(path, { force: true })
    write({ owner, engine: null }, 'wx')
  } catch (cause) {
    throw claimError(directory, cause)
  }
  return {
    engine(pid) {
      try {
        write({ owner, engine: identify(pid) }, 'w')
      } catch {
        // a full disk must not keep the engine from starting again; only the take-over after a double fault needs this
      }
    },
    release: () => rmSync(path, { force: true }),
  }
}

function claimError(directory: string, cause: unknown): OutriderError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EEXIST') {
    return new OutriderError('OUT_DATA_LOCKED', `${directory} was claimed by another process just now.`, { cause })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new OutriderError('OUT_DISK_FULL', `There is no space left for ${directory}.`, { cause })
  }
  return new OutriderError('OUT_CONFIG_INVALID', `${directory} cannot be written: ${code}`, { field: 'dir', cause })
}

function read(path: string): Ownership | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Ownership
  } catch {
    // none, or cut short by a power loss: the engine's own lock decides
    return null
  }
}

function identify(pid: number): Identity {
  return { pid, started: startOf(pid) ?? 'unknown' }
}

function alive(identity: Identity): boolean {
  const started = startOf(identity.pid)
  return started !== null && started === identity.started
}

/** `null` when there is no such process. */
function startOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      const options = { encoding: 'utf8', env: { LC_ALL: 'C' } } as const
      return execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], options).trim()
    }
    // the name before the last parenthesis may hold anything; the 20th field after it is the start time
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
