/** Texts that are judged while they grow: which there are, how far each is, and what was answered last. */
import type { Action, GuardStream, JudgedFinding } from '@outrider/policies/guards'

/** The next part of a text. Places are UTF-16 units. */
interface Chunk {
  /** Where it begins in the text. */
  readonly at: number
  readonly text: string
  readonly end: boolean
  /** With `at` 0: so much of what comes out is handed on already, by a collector that is no more. */
  readonly released: number | null
}

interface Answer {
  readonly action: Action
  /** What may be handed on now. */
  readonly text: string
  /** So much of the text that came has been handed on, in whatever form. */
  readonly until: number
  /** What the last answer did not tell. After the end: all of the whole text. */
  readonly findings: readonly JudgedFinding[]
}

type Taken =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Not known, or the chunk does not fit on what came: the whole text so far is wanted, with `released`. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'too long' }

/** How one text is judged. */
export interface Judging {
  readonly stream: GuardStream
  /** The text is at its end, has been stopped, or was forgotten. Called once. */
  done(text: string, action: Action, findings: readonly JudgedFinding[]): void
}

export interface StreamSessions {
  /** The same chunk twice gets the same answer. @param begin called where the text is a new one */
  take(key: string, chunk: Chunk, begin: () => Judging): Taken
  /** Forgets texts that nobody goes on with. */
  sweep(): void
  /** Forgets all. */
  close(): void
  readonly size: number
  /** UTF-16 units of text that are kept. */
  readonly held: number
}

export interface StreamSessionsSettings {
  /** Texts at once; the one that was silent the longest goes first. @default 10_000 */
  readonly sessions?: number
  /** UTF-16 units of all texts. @default 64 Mi */
  readonly units?: number
  /** UTF-16 units of one text. @default 1 Mi */
  readonly longest?: number
  /** @default ten minutes */
  readonly idleMs?: number
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

interface Session {
  readonly judging: Judging
  text: string
  /** What was asked last, and what was said to it. */
  last: { readonly chunk: Chunk; readonly answer: Answer }
  told: number
  /** What it counts for in `held`. */
  units: number
  /** At its end or stopped: kept for a chunk that is sent again. */
  isDone: boolean
  usedAt: number
}

const MI = 1024 * 1024

export function createStreamSessions({
  sessions = 10_000,
  units = 64 * MI,
  longest = MI,
  idleMs = 600_000,
  now = Date.now,
}: StreamSessionsSettings = {}): StreamSessions {
  /** Oldest use first. */
  const open = new Map<string, Session>()
  let held = 0

  function take(key: string, chunk: Chunk, begin: () => Judging): Taken {
    const before = open.get(key)
    if (before !== undefined && isSame(before.last.chunk, chunk)) {
      touch(key, before)
      return { kind: 'answer', answer: before.last.answer }
    }
    if (chunk.at + chunk.text.length > longest) return { kind: 'too long' }
    if (before !== undefined && chunk.at === before.text.length && chunk.released === null) {
      if (before.isDone) return { kind: 'unknown' }
      touch(key, before)
      return kept(before, chunk)
    }
    if (chunk.at > 0 || (before !== undefined && chunk.released === null)) return { kind: 'unknown' }
    if (before !== undefined) forget(key, before)
    const judging = begin()
    const last = { chunk, answer: { action: 'allow', text: '', until: 0, findings: [] } } as const
    const session: Session = { judging, text: '', last, told: 0, units: 0, isDone: false, usedAt: now() }
    open.set(key, session)
    return kept(session, chunk)
  }

  function kept(session: Session, chunk: Chunk): Taken {
    const answer = advance(session, chunk)
    for (const [key, one] of open) {
      if (open.size <= sessions && held <= units) break
      if (one !== session) forget(key, one)
    }
    return { kind: 'answer', answer }
  }

  function advance(session: Session, chunk: Chunk): Answer {
    const { judging } = session
    const { stream } = judging
    session.text += chunk.text
    const whole = stream.push(chunk.text) + (chunk.end ? stream.end() : '')
    const action = stream.action()
    const isStopped = action === 'block' || action === 'ask'
    const findings = stream.findings()
    const answer: Answer = {
      action,
      text: isStopped ? '' : whole.slice(chunk.released ?? 0),
      until: stream.until(),
      findings: chunk.end ? findings : findings.slice(session.told),
    }
    session.told = findings.length
    session.last = { chunk, answer }
    if (isStopped || chunk.end) finish(session)
    weigh(session, session.text.length + chunk.text.length + answer.text.length)
    return answer
  }

  function finish(session: Session): void {
    if (session.isDone) return
    session.isDone = true
    const { stream, done } = session.judging
    done(session.text, stream.action(), stream.findings())
    // the chunk that was sent last is enough to answer it again
    session.text = ''
  }

  function forget(key: string, session: Session): void {
    open.delete(key)
    finish(session)
    weigh(session, 0)
  }

  function weigh(session: Session, to: number): void {
    held += to - session.units
    session.units = to
  }

  function touch(key: string, session: Session): void {
    session.usedAt = now()
    open.delete(key)
    open.set(key, session)
  }

  return {
    take,
    sweep() {
      for (const [key, session] of open) {
        if (now() - session.usedAt < idleMs) return
        forget(key, session)
      }
    },
    close() {
      for (const [key, session] of open) forget(key, session)
    },
    get size() {
      return open.size
    },
    get held() {
      return held
    },
  }
}

const isSame = (a: Chunk, b: Chunk): boolean =>
  a.at === b.at && a.text === b.text && a.end === b.end && a.released === b.released
