/** What `/docs` says of `/api/guards`. The shapes are checked against real answers in finding-routes.test.ts. */
import { ACTIONS, GUARDS } from '@outrider/policies/guards'
import { MARKS } from '../store/finding-store.ts'

type Schema = Readonly<Record<string, unknown>>
const text = (description: string): Schema => ({ type: 'string', description })
const maybe = (description: string): Schema => ({ type: ['string', 'null'], description })
const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description })
const share = (description: string): Schema => ({ type: ['number', 'null'], description })
const flag = (description: string): Schema => ({ type: 'boolean', description })
const record = (properties: Readonly<Record<string, Schema>>): Schema => {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}
const list = (items: Schema, description: string): Schema => ({ type: 'array', items, description })

const mark = record({
  verdict: { enum: MARKS },
  by: text('Who said it.'),
  reason: text('Why; empty where nobody said.'),
  time: text('ISO 8601.'),
})
const finding = record({
  id: text('The same for one rule and type in one direction of one span.'),
  time: text('ISO 8601: when the span started.'),
  traceId: text('The run.'),
  spanId: text('The span whose text it is.'),
  guard: { enum: GUARDS },
  type: text("Presidio's entity name, `SECRET`, `PROMPT_INJECTION`…"),
  rule: text('Which rule spoke.'),
  direction: { enum: ['input', 'output', 'tool'] },
  field: text('Which text of the span.'),
  action: { enum: ACTIONS, description: 'What the policy asks for because of it.' },
  enforced: flag('It was done before the call went on.'),
  shadow: flag('The policy only watches.'),
  source: { enum: ['gate', 'ingest', 'guard'], description: 'Before the call, from telemetry, or `POST /v1/guard`.' },
  score: { type: 'number', description: '0 to 1: how sure.' },
  view: maybe('Where it was seen, when not in the text as it stands: `base64`…'),
  count: count('Times in that text.'),
  why: text('One sentence.'),
  before: maybe('The text before it, what is hidden hidden; null where the content mode keeps no texts.'),
  found: maybe('The same of what was found.'),
  after: maybe('The same of the text after it.'),
  policy: text('Names of its packs.'),
  policyVersion: text('Hash of its content.'),
  agent: maybe('Whose call.'),
  workflow: maybe('Of which workflow.'),
  tenantId: maybe('Of which tenant.'),
  userId: maybe('On whose behalf.'),
  model: maybe('Model.'),
  toolName: maybe('Tool.'),
  verdict: { anyOf: [mark, { type: 'null' }], description: 'What a person says of it.' },
})
const rule = record({
  rule: text('Which rule.'),
  guard: { enum: GUARDS },
  findings: count('In the window and by the filters.'),
  spans: count('Different spans.'),
  enforced: count('How many were done something about.'),
  falseAlarms: count('Marked so.'),
  right: count('Marked so.'),
  falseRate: share('False alarms of those that were marked.'),
  low: share('Of that the lower bound, Wilson 95 %.'),
  high: share('The upper bound.'),
  last: text('ISO 8601: the newest.'),
})
const error = { type: 'object', properties: { error: { type: 'object' } } }
const params = { type: 'object', properties: { id: text('Of the finding.') }, required: ['id'] }

const parameter = (description: string, example: string): Schema => ({ type: 'string', description, example })
export const guardsSchema = {
  summary: 'What guards found, newest first, and how often each rule is wrong.',
  description: 'The last seven days unless `from` says otherwise. Rules stand on the first page only.',
  tags: ['guards'],
  querystring: {
    type: 'object',
    properties: {
      from: parameter('ISO time, or milliseconds since 1970.', '2026-11-14'),
      to: parameter('The same; not included.', '2026-11-21'),
      guard: { enum: GUARDS, description: 'Findings of this guard.', example: 'injection' },
      rule: parameter('Of this rule.', 'injection/override'),
      type: parameter('Of this type.', 'EMAIL_ADDRESS'),
      agent: parameter('Of this agent.', 'triage'),
      workflow: parameter('Of this workflow.', 'refunds'),
      action: { enum: ACTIONS, description: 'For which the policy asks for this.', example: 'block' },
      direction: { enum: ['input', 'output', 'tool'], description: 'In such texts.', example: 'tool' },
      trace: parameter('In this run.', '4bf92f3577b34da6a3ce929d0e0e4736'),
      verdict: {
        enum: ['right', 'false_alarm', 'open'],
        description: 'That people said this of; `open`: nothing yet.',
      },
      limit: parameter('Findings a page, 1 to 500.', '50'),
      cursor: parameter("An earlier page's `next`, unchanged.", 'MTc2'),
    },
  },
  response: {
    200: record({
      findings: list(finding, 'At most `limit`.'),
      next: maybe('Pass it as `cursor` for the next page.'),
      rules: list(rule, 'Those with most findings first.'),
    }),
    400: error,
  },
}
export const findingSchema = {
  summary: 'One finding with everything that was said of it.',
  tags: ['guards'],
  params,
  response: { 200: record({ finding, verdicts: list(mark, 'The newest first.') }), 404: error },
}
export const verdictSchema = {
  summary: 'Says that a finding is right or a false alarm; `none` takes that back. Every word is kept.',
  tags: ['guards'],
  params,
  body: {
    ...record({ verdict: { enum: MARKS }, by: text('Who says it.'), reason: text('Why.') }),
    required: ['verdict', 'by'],
    example: { verdict: 'false_alarm', by: 'ann', reason: 'our own support address' },
  },
  response: { 200: finding, 400: error, 404: error },
}
