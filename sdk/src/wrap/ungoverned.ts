/** What a wrapped client offers besides its calls and nobody can hold: it is said at the first use. */
import { sayOnce } from '../say.ts'

/** Spends by a socket, or long after the request. */
const UNGOVERNED: ReadonlySet<PropertyKey> = new Set([
  'realtime',
  'live',
  'batches',
  'videos',
  'threads',
  'fineTuning',
  'tunings',
])

export function sayUngoverned(key: PropertyKey, gate: boolean | undefined): void {
  if (gate === false || !UNGOVERNED.has(key)) return
  const name = String(key)
  sayOnce(
    `ungoverned ${name}`,
    `\`${name}\` of a wrapped client is the client's own: nothing is asked or held there, and no budget knows what it costs`,
  )
}
