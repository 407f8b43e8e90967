/** The door: tells what agents do, as OpenTelemetry spans, and asks before money is spent. Knows no prices and no rules. */
import { start, wrap } from './start.ts'
import { verbs } from './verbs.ts'

export const outrider = { start, ...verbs, wrap } as const

export type { ApprovalOptions } from './approval.ts'
export type { Boundary, Crossed } from './boundary.ts'
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
export type { Bar, Checked, Rejection } from './check.ts'
export { DeniedError, SettingError } from './denied-error.ts'
export type { CheckOptions } from './gate.ts'
export type { StreamKind } from './guard-client.ts'
export type { GuardStream } from './guard-stream.ts'
export type { GuardedModel, GuardedModelOptions, GuardedTool, GuardedToolOptions } from './guarded-call.ts'
export type { Handle } from './handle.ts'
export type { Recorder } from './recorder.ts'
export type { Agent, Circuit, Resilience, ResilientAgent, Try } from './resilient.ts'
export type { AgentOptions, RunOptions, Work } from './run.ts'
export type { JsonSchema, Problem, Schema, StandardSchema } from './schema.ts'
export type { StartOptions } from './start.ts'
export type { StopReason } from './stop-reason.ts'
export type { ContentMode } from './text.ts'
export type {
  Approval,
  CheckRequest,
  PendingApproval,
  Reason,
  ReasonCode,
  SettleAnswer,
  SettleRequest,
  Verdict,
} from './wire.ts'
export type { WrapOptions } from './wrap/governed-request.ts'
