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
  /** Its own. */
  readonly span: Span
  readonly outer: Scope | undefined
  /** Name of this agent; a run has none. */
  readonly title: string | undefined
  /** USD: of the outermost run its cap, else a part of the money around. */
  readonly budgetUsd: number | undefined
  /** Made at the first use: most runs never ask the gate. */
  money: Money | undefined
}

/** What the gate is told of everything inside. */
export interface Money {
  /** The run's name: the trace, or a made-up one where nothing is traced. */
  readonly traceId: string
  /** Every agent around, the outermost first. */
  readonly agents: readonly string[]
  /** USD: the cap that the code gave the run. */
  readonly runBudgetUsd: number | undefined
  /** Resolves with the hold that calls inside draw on. Rejects with the denial of it. */
  readonly purse: Promise<string | undefined> | undefined
  /** Aborts when a switch covers what is inside; its reason is the DeniedError. Made at the first use. */
  readonly signal: () => AbortSignal
  /** True once that signal has aborted. */
  readonly killed: () => boolean
  /** The scope has ended: the rest of its money goes back, and nobody watches for it any more. */
  readonly end: () => void
}

const key = createContextKey('outrider.scope.v1')

export const scopeOf = (context: Context): Scope | undefined => context.getValue(key) as Scope | undefined
export const withScope = (context: Context, scope: Scope): Context => context.setValue(key, scope)

export const activeScope = (): Scope | undefined => scopeOf(context.active())
