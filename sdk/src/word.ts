/** Waits for the word of a person: asks the collector again and again, each time for as long as it lets us wait. */
import { setTimeout as sleep } from 'node:timers/promises'
import { get, type Reply, type Wire } from './post.ts'
import type { Covered, Switches } from './switches.ts'
import { type Approval, approvalOf } from './wire.ts'

export interface WordParts {
  readonly wire: Wire
  readonly switches: Switches
  /** How long a call waits, milliseconds. */
  readonly approvalWaitMs: number
}

/** A collector lets wait at most 60 s; less than any proxy's patience. */
const POLL_SECONDS = 25
const PAUSE_MILLIS = { first: 100, last: 5000 } as const
/** A reply takes time beyond what it was asked to wait. */
const REPLY_MILLIS = 5000

/** For a call that stands and waits: a switch that covers it ends the wait. Undefined: nobody said a word. */
export async function wordOn(
  { wire, switches, approvalWaitMs }: WordParts,
  id: string,
  covered: Covered,
  signal: AbortSignal | undefined,
): Promise<Approval['state'] | undefined> {
  if (approvalWaitMs === 0) return undefined
  const stopped = new AbortController()
  const unwatch = switches.watch(covered, () => stopped.abort())
  const over = signal === undefined ? stopped.signal : AbortSignal.any([stopped.signal, signal])
  try {
    const heard = await hear(wire, id, approvalWaitMs, over)
    return heard.kind === 'word' ? heard.approval.state : undefined
  } catch (thrown) {
    // the gate says why, when it is asked again
    if (stopped.signal.aborted) return undefined
    throw thrown
  } finally {
    unwatch()
  }
}

export type Heard =
  | { readonly kind: 'word'; readonly approval: Approval }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'away'; readonly why: string }

export async function hear(wire: Wire, id: string, waitMs: number, signal: AbortSignal | undefined): Promise<Heard> {
  const deadline = performance.now() + waitMs
  let pause: number = PAUSE_MILLIS.first
  for (;;) {
    signal?.throwIfAborted()
    const left = Math.max(0, deadline - performance.now())
    const seconds = Math.floor(Math.min(left / 1000, POLL_SECONDS))
    const path = `/v1/gate/approvals/${encodeURIComponent(id)}?wait=${seconds}`
    const reply = await get(wire, path, seconds * 1000 + REPLY_MILLIS, signal)
    signal?.throwIfAborted()
    const told = reply.kind === 'answer' && reply.status === 200 ? approvalOf(reply.body) : undefined
    const over = performance.now() >= deadline
    if (told !== undefined && (told.state !== 'pending' || over)) return { kind: 'word', approval: told }
    if (reply.kind === 'answer' && reply.status === 404) return { kind: 'unknown' }
    if (told === undefined && over) return { kind: 'away', why: whyOf(reply) }
    if (told !== undefined && seconds > 0) {
      pause = PAUSE_MILLIS.first
      continue
    }
    await sleep(Math.min(pause, Math.max(1, deadline - performance.now())), undefined, signal && { signal }).catch(
      () => {},
    )
    pause = Math.min(pause * 2, PAUSE_MILLIS.last)
  }
}

const whyOf = (reply: Reply): string => (reply.kind === 'silence' ? reply.why : `${reply.status}`)
