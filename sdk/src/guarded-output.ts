/** What comes out of a guarded call: judged by the collector's guards before the application gets it, where a policy asks. */
import type { Governor } from './admission.ts'
import type { StreamKind, StreamRequest } from './guard-client.ts'
import { type GuardStream, type GuardStreamSettings, guardStream, guardWhole, open } from './guard-stream.ts'
import { guardedText } from './guarded-text.ts'
import { sayOnce } from './say.ts'
import { isStream } from './stream.ts'
import type { ContentMode } from './text.ts'

export interface GuardedOutput {
  /** False where nothing is judged before it is handed on. */
  readonly guarded: boolean
  /** A guard for one content stream of the answer. Hands everything straight on where nothing is judged. */
  stream(kind?: StreamKind): GuardStream
  /** What the call's function returned, as it may be handed on. */
  result(value: unknown): unknown
}

interface Parts {
  /** Undefined where nobody is asked. */
  readonly asking: { readonly governor: Governor; readonly place: GuardStreamSettings['place'] } | undefined
  /** Marks the span: what went out was not judged. */
  skipped(): void
}

interface Settings extends Omit<GuardStreamSettings, 'kind' | 'place'> {
  readonly direction: StreamRequest['direction']
  /** Whether the verdict, or the application's own schema, asks for it. */
  readonly wanted: boolean
  readonly mode: ContentMode
}

export function guardedOutput({ asking, skipped }: Parts, { wanted, mode, ...settings }: Settings): GuardedOutput {
  const stays = wanted && asking !== undefined && mode !== 'redacted' && mode !== 'full'
  if (stays) sayOnce('unguarded-mode', `content is ${mode}: texts stay in this process, so no guard sees them`)
  if (asking === undefined || !wanted || stays) {
    const pass = (value: unknown) => {
      if (stays) skipped()
      return value
    }
    return { guarded: false, stream: () => open, result: pass }
  }
  const { governor, place } = asking
  const make = (kind: StreamKind) => guardStream({ governor, skipped }, { kind, place, ...settings })
  let told = false

  function result(value: unknown): unknown {
    // the application guards its texts itself, and twice would hide what was restored
    if (told) return value
    if (typeof value === 'string') return guardWhole(make('text'), value)
    if (isStream(value)) return guardedText(value, make('text'), once(skipped))
    if (settings.direction === 'tool') return resultOfTool(value)
    skipped()
    return value
  }

  async function resultOfTool(value: unknown): Promise<unknown> {
    if (typeof value !== 'object' || value === null) return value
    const json = jsonOf(value)
    if (json === undefined) {
      skipped()
      return value
    }
    const guarded = await guardWhole(make('arguments'), json)
    // what was not touched keeps whatever JSON cannot say of it
    return guarded === json ? value : JSON.parse(guarded)
  }

  return {
    guarded: true,
    stream(kind = 'text') {
      told = true
      return make(kind)
    },
    result: (value) => (isThenable(value) ? value.then(result) : result(value)),
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
