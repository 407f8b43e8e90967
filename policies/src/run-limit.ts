import type { Call } from './call.ts'
import type { Finding } from './finding.ts'
import { type Match, matches } from './match.ts'
import type { NanoUsd } from './money.ts'

/**
 * What one run may do, besides money. `turns`: model calls of one agent in the run. `depth`: agents above one another.
 * `seconds`: since the run's first call. `modelCalls`, `toolCalls`: in the whole run.
 */
export const RUN_MEASURES = ['turns', 'depth', 'seconds', 'modelCalls', 'toolCalls'] as const
export type RunMeasure = (typeof RUN_MEASURES)[number]

export interface RunLimit {
  readonly measure: RunMeasure
  /** The largest number that is allowed. */
  readonly max: number
  readonly match: Match
  readonly shadow: boolean
}

/** What the run did so far. Calls that were granted, whether they are over or not. */
export interface RunFacts {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly modelCalls: number
  readonly toolCalls: number
  /** Model calls granted to this call's agent in this run. */
  readonly turns: number
  /** The lowest cap that any call of the run named. */
  readonly limit: NanoUsd | null
}

/** Judged in shadow where nobody set a limit of that kind: far above what a healthy run does. */
export const DEFAULT_RUN_LIMITS: Readonly<Record<RunMeasure, number>> = {
  turns: 50,
  depth: 8,
  seconds: 3600,
  modelCalls: 500,
  toolCalls: 1000,
}

/** The configured limits, and in shadow those of the kinds that nobody configured. */
export function withDefaultLimits(configured: readonly RunLimit[]): readonly RunLimit[] {
  const unset = RUN_MEASURES.filter((measure) => !configured.some((limit) => limit.measure === measure))
  return [
    ...configured,
    ...unset.map((measure) => ({ measure, max: DEFAULT_RUN_LIMITS[measure], match: {}, shadow: true })),
  ]
}

/** What the limits say about this call. `run` null: it is the run's first. */
export function judgeRunLimits(
  limits: readonly RunLimit[],
  call: Call,
  run: RunFacts | null,
  now: number,
): readonly Finding[] {
  return limits.flatMap((limit) => {
    const measured = matches(limit.match, call) ? measure(limit.measure, call, run, now) : null
    if (measured === null || measured <= limit.max) return []
    return [
      {
        decision: 'deny',
        reason: {
          rule: `run-limit:${limit.measure}`,
          code: 'RUN_LIMIT',
          message: says(limit, measured, call),
          scope: 'run',
          retryable: false,
          ...(limit.shadow ? { shadow: true as const } : {}),
        },
      } satisfies Finding,
    ]
  })
}

/** How much there would be with this call; null where the call does not count, or does not say. */
function measure(kind: RunMeasure, call: Call, run: RunFacts | null, now: number): number | null {
  switch (kind) {
    case 'turns':
      return call.kind === 'model' ? (run?.turns ?? 0) + 1 : null
    case 'modelCalls':
      return call.kind === 'model' || call.kind === 'lease' ? (run?.modelCalls ?? 0) + 1 : null
    case 'toolCalls':
      return call.kind === 'tool' ? (run?.toolCalls ?? 0) + 1 : null
    case 'depth':
      return call.depth
    case 'seconds':
      return run === null ? null : (now - run.startedAt) / 1000
  }
}

function says({ measure, max }: RunLimit, measured: number, call: Call): string {
  switch (measure) {
    case 'turns':
      return `Agent ${call.agent ?? '(unnamed)'} had its ${max} turns in this run.`
    case 'modelCalls':
      return `This run made its ${max} model calls.`
    case 'toolCalls':
      return `This run made its ${max} tool calls.`
    case 'depth':
      return `${measured} agents stand above this call; ${max} are allowed.`
    case 'seconds':
      return `This run began ${Math.floor(measured)} s ago; ${max} s are allowed.`
  }
}
