import { SettingError } from '../denied-error.ts'
import { state } from '../state.ts'
import { googleView, isGoogleClient } from './google-client.ts'
import type { WrapOptions } from './governed-request.ts'
import { isStainlessClient, stainlessView } from './stainless-client.ts'
import { isView } from './view.ts'

/**
 * A view of a model provider's client whose calls are seen, asked for, held to what was allowed, and settled. The view is
 * the client in every other respect: same class, same promises, same streams, same errors. The client itself stays as it
 * is. Wrapping a view, or a client again, gives the same view. Takes clients of `openai` (Azure's and compatible
 * providers' too), `@anthropic-ai/sdk` and `@google/genai`; throws a SettingError at anything else.
 */
export type Wrap = <C extends object>(client: C, options?: WrapOptions) => C

export interface WrapParts {
  /** Starts telemetry with its defaults. */
  start(): unknown
}

const key = Symbol.for('outrider.views.v1')
/** Shared between copies of this package. */
const home = globalThis as { [key]?: WeakMap<object, object> }
home[key] ??= new WeakMap()
const views = home[key]

export function createWrap({ start }: WrapParts): Wrap {
  // two lines are two lines: who did not call `start` by the first call wants the defaults
  const ready = () => {
    if (state.governor === undefined) start()
  }
  return <C extends object>(client: C, options: WrapOptions = {}): C => {
    if (typeof client !== 'object' || client === null) throw unknownClient()
    if (isView(client)) return client
    const known = views.get(client)
    if (known !== undefined) return known as C
    const view = open(client, { ready }, options)
    views.set(client, view)
    return view
  }
}

function open<C extends object>(client: C, parts: { ready: () => void }, options: WrapOptions): C {
  if (isStainlessClient(client)) return stainlessView(client, parts, options) as C
  if (isGoogleClient(client)) return googleView(client, parts, options) as C
  throw unknownClient()
}

function unknownClient(): SettingError {
  return new SettingError(
    'OUT_SETTING_INVALID',
    'client',
    'wrap takes a client of openai, @anthropic-ai/sdk or @google/genai; for anything else put the call into guard().',
  )
}
