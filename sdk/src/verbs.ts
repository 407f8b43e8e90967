import { model, retrieval, score, tool } from './call.ts'
import { agent, outcome, run, stop } from './run.ts'

/** What `outrider` and the handle of `start` offer alike. Without a start, and after shutdown, they only run `fn`. */
export const verbs = { run, agent, model, tool, retrieval, score, outcome, stop } as const
export type Verbs = typeof verbs
