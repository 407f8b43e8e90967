import type { Run } from './api.ts'

/**
 * `done` when it ended and nobody set its status; `running` while its root span is missing and spans came lately;
 * `incomplete` when it has been quiet for long.
 */
export type Phase = 'ok' | 'done' | 'error' | 'running' | 'incomplete'

const QUIET_MS = 15 * 60_000

export function phaseOf(run: Pick<Run, 'status' | 'rootSeen' | 'startTime' | 'durationMs'>, now: Date): Phase {
  if (run.rootSeen) return run.status === 'unset' ? 'done' : run.status
  const lastSeen = Date.parse(run.startTime) + run.durationMs
  return now.getTime() - lastSeen < QUIET_MS ? 'running' : 'incomplete'
}
