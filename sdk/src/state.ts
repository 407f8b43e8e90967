/** What one process shares, also between two copies of this package: under one key, changed by `start` and its handle. */
import { type Tracer, trace } from '@opentelemetry/api'
import type { Governor } from './admission.ts'
import type { Handle } from './handle.ts'
import type { ContentMode } from './text.ts'

interface State {
  handle: Handle | undefined
  tracer: Tracer | undefined
  content: ContentMode
  /** Undefined before the first start: then nobody is asked. */
  governor: Governor | undefined
}

const key = Symbol.for('outrider.sdk.v1')
const home = globalThis as { [key]?: State }
home[key] ??= { handle: undefined, tracer: undefined, content: 'redacted', governor: undefined }

export const state: State = home[key]

/** Name of the instrumentation scope that the verbs' spans carry. */
export const SCOPE_NAME = '@outrider/sdk'

/** Without a start this is OpenTelemetry's own provider, whoever registered it, and does nothing where nobody did. */
export const tracer = (): Tracer => state.tracer ?? trace.getTracer(SCOPE_NAME)
