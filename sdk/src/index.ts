/** The door: tells what agents do, as OpenTelemetry spans. Knows nothing of storage, prices or rules. */
import { start } from './start.ts'
import { verbs } from './verbs.ts'

export const outrider = { start, ...verbs } as const

export type {
  Document,
  ModelCall,
  ModelOptions,
  Retrieval,
  RetrievalOptions,
  ScoreDetails,
  ToolOptions,
  Usage,
} from './call.ts'
export type { Handle } from './handle.ts'
export type { Recorder } from './recorder.ts'
export type { AgentOptions, RunOptions, Work } from './run.ts'
export type { StartOptions } from './start.ts'
export type { StopReason } from './stop-reason.ts'
export type { ContentMode } from './text.ts'
