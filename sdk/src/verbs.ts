import { approval } from './approval.ts'
import { boundary } from './boundary.ts'
import { model, retrieval, score, tool } from './call.ts'
import { check } from './check.ts'
import { gate } from './gate.ts'
import { guard } from './guard.ts'
import { resilient } from './resilient.ts'
import { agent, outcome, run, stop } from './run.ts'

/** What `outrider` and the handle of `start` offer alike. Without a start, and after shutdown, they only run `fn`. */
export const verbs = {
  run,
  agent,
  model,
  tool,
  retrieval,
  score,
  outcome,
  stop,
  gate,
  guard,
  approval,
  resilient,
  check,
  boundary,
} as const
export type Verbs = typeof verbs
