/** What the collector answers, checked where it enters: the fields that the terminal shows. `--json` passes on all of them. */
import { z } from 'zod'

const text = z.string().nullable()
const number = z.number().nullable()

/** One judgement of a run or of a span. */
const scoresSchema = z
  .array(z.looseObject({ name: z.string(), value: z.number(), label: text, explanation: text, source: text }))
  .default([])
export type Score = z.infer<typeof scoresSchema>[number]

const runSchema = z.looseObject({
  traceId: z.string(),
  name: text,
  workflow: text,
  status: z.string(),
  stopReason: text,
  startTime: z.string(),
  durationMs: z.number(),
  spanCount: z.number(),
  llmCalls: z.number(),
  toolCalls: z.number(),
  errors: z.number(),
  agents: z.array(z.string()),
  models: z.array(z.string()),
  sessionId: text,
  userId: text,
  tenantId: text,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  reasoningTokens: number,
  costUsd: number,
  unpricedCalls: z.number(),
  score: number,
  outcome: text,
  outcomeReason: text,
  scores: scoresSchema,
  rootSeen: z.boolean(),
})
export type Run = z.infer<typeof runSchema>

const spanSchema = z.looseObject({
  spanId: z.string(),
  parentSpanId: text,
  orphan: z.boolean(),
  name: z.string(),
  kind: z.string(),
  agent: text,
  startTime: z.string(),
  durationMs: z.number(),
  status: z.string(),
  errorType: text,
  statusMessage: text,
  stopReason: text,
  finishReason: text,
  requestModel: text,
  responseModel: text,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  costUsd: number,
  costSource: text,
  counted: z.boolean(),
  toolArgs: text,
  retrieval: z.looseObject({ query: text }).nullable(),
  attempt: number,
  retryOf: text,
  fallbackOf: text,
  cacheHit: z.boolean().nullable(),
  score: number,
  scores: scoresSchema,
  input: text,
  output: text,
  cut: z.record(z.string(), z.number()),
  warnings: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
})
export type Span = z.infer<typeof spanSchema>

export const runPageSchema = z.object({ runs: z.array(runSchema), next: z.string().nullable() })

const reasonSchema = z.looseObject({
  rule: z.string(),
  code: z.string(),
  message: z.string(),
  shadow: z.boolean().optional(),
})
const decisionSchema = z.looseObject({
  id: z.string(),
  time: z.string(),
  kind: z.string(),
  decision: z.string(),
  agent: text,
  model: text,
  toolName: text,
  parentHoldId: text,
  heldUsd: z.number(),
  spentUsd: number,
  state: z.string(),
  reasons: z.array(reasonSchema),
})
export type Decision = z.infer<typeof decisionSchema>

export const runAnswerSchema = z.looseObject({
  run: runSchema,
  spans: z.array(spanSchema),
  decisions: z.array(decisionSchema).default([]),
})
export type RunAnswer = z.infer<typeof runAnswerSchema>

export const approvalSchema = z.looseObject({
  id: z.string(),
  state: z.string(),
  expiresAt: z.string(),
  by: text,
  reason: z.string(),
  traceId: z.string(),
  kind: z.string(),
  agent: text,
  model: text,
  toolName: text,
  args: text,
  mostUsd: z.number(),
  reasons: z.array(reasonSchema),
})
export type Approval = z.infer<typeof approvalSchema>
export const approvalsSchema = z.looseObject({ approvals: z.array(approvalSchema) })

const budgetSchema = z.looseObject({
  name: z.string(),
  scope: z.string(),
  key: z.string(),
  window: z.looseObject({ start: text, end: text }),
  limitUsd: z.number(),
  spentUsd: z.number(),
  heldUsd: z.number(),
  unbackedUsd: z.number(),
  uncertainUsd: z.number(),
  shadow: z.boolean(),
})
export type Budget = z.infer<typeof budgetSchema>
export const budgetsSchema = z.array(budgetSchema)

const switchSchema = z.looseObject({
  scope: z.string(),
  name: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  by: z.string().optional(),
  until: z.string().optional(),
})
export type Switch = z.infer<typeof switchSchema>
export const switchesSchema = z.looseObject({ switches: z.array(switchSchema) })
export { switchSchema }

/** The verdict of `POST /v1/gate/check`, as far as a drill looks at it. */
export const verdictSchema = z.looseObject({
  decision: z.string(),
  heldUsd: z.number(),
  reasons: z.array(reasonSchema),
})

/** One turn of `POST /api/reprice`. */
export const repricedSchema = z.looseObject({
  next: z.string().nullable(),
  priceVersion: z.string(),
  looked: z.number(),
  changed: z.number(),
  beforeUsd: z.number(),
  afterUsd: z.number(),
  unpriced: z.array(z.object({ provider: text, model: text, calls: z.number() })),
})
export type Repriced = z.infer<typeof repricedSchema>

/** `event: runs` of the live stream. */
export const changeSchema = z.object({ traceIds: z.array(z.string()) })

/** The collector's own errors; anything else is not from a collector. */
export const refusalSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional(), field: z.string().optional() }),
})
