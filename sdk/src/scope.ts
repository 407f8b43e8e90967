/** What a span inherits from the run and agents around it, carried by OpenTelemetry's context through async code. */
import { type Attributes, type Context, context, createContextKey, type Span } from '@opentelemetry/api'
import type { StopReason } from './stop-reason.ts'

export interface Scope {
  /** Who and what, stamped on every span inside: workflow, agent, user, session, tenant, tags, versions. */
  readonly stamp: Attributes
  readonly agent: string | undefined
  /** Span of the nearest run, else of the outermost agent. */
  readonly root: Span
  /** Why the nearest agent or run ended, once it said so. */
  stop: StopReason | undefined
}

const key = createContextKey('outrider.scope.v1')

export const scopeOf = (context: Context): Scope | undefined => context.getValue(key) as Scope | undefined
export const withScope = (context: Context, scope: Scope): Context => context.setValue(key, scope)

export const activeScope = (): Scope | undefined => scopeOf(context.active())
