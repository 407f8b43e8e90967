/** What the report asks the collector, checked where it enters. */
import { z } from 'zod'

const text = z.string().nullable()
const usd = z.number().nullable()

const spendRow = z.looseObject({ key: text, calls: z.number(), costUsd: usd })
export type SpendRow = z.infer<typeof spendRow>
export const spendSchema = z.looseObject({
  rows: z.array(spendRow),
  unpriced: z.array(z.looseObject({ provider: text, model: text, calls: z.number() })),
  totalUsd: usd,
})
export type Spend = z.infer<typeof spendSchema>

const workflow = z.looseObject({
  workflow: text,
  runs: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  unknown: z.number(),
  p95Ms: z.number().nullable(),
  costUsd: usd,
  costPerSuccessUsd: z.looseObject({ low: usd, high: usd }),
})
export type Workflow = z.infer<typeof workflow>
export const workflowsSchema = z.looseObject({ workflows: z.array(workflow) })

const agent = z.looseObject({
  agent: z.string(),
  runs: z.number(),
  failedRuns: z.number(),
  p95Ms: z.number().nullable(),
  costUsd: usd,
})
export type Agent = z.infer<typeof agent>
export const agentsSchema = z.looseObject({ agents: z.array(agent) })

const alert = z.looseObject({
  identity: z.string(),
  rule: z.string(),
  severity: z.string(),
  event: z.string(),
  time: z.string(),
  text: z.string(),
  examples: z.array(z.string()),
  /** `false`: a symptom that another alert speaks for. */
  told: z.boolean().optional(),
})
export type Alert = z.infer<typeof alert>
export const alertsSchema = z.looseObject({
  open: z.array(z.looseObject({ identity: z.string(), state: z.string() })),
  recent: z.array(alert),
})

const guardRule = z.looseObject({
  rule: z.string(),
  guard: z.string(),
  findings: z.number(),
  enforced: z.number(),
  falseAlarms: z.number(),
})
export type GuardRule = z.infer<typeof guardRule>
export const guardsSchema = z.looseObject({ rules: z.array(guardRule) })
