/** What `/docs` says about the gate's routes. Examples and shapes are checked against real answers in documentation.test.ts. */
import { APPROVAL_STATES, CALL_KINDS, DECISIONS, REASON_CODES, SCOPES } from '@outrider/policies'
import { checkJsonSchema, releaseJsonSchema, settleJsonSchema } from './body.ts'

type Schema = Readonly<Record<string, unknown>>

export const text = (description: string): Schema => ({ type: 'string', description })
const maybeText = (description: string): Schema => ({ type: ['string', 'null'], description })
const usd = (description: string): Schema => ({ type: 'number', description: `${description} USD.` })
const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description })
const flag = (description: string): Schema => ({ type: 'boolean', description })
export const list = (items: Schema, description: string): Schema => ({ type: 'array', items, description })
/** `required` unless named in `optional`. */
export const record = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
})

const reason = record(
  {
    rule: text('Name of the rule, e.g. `run-cap`, `switch:agent/refunds`.'),
    code: { enum: REASON_CODES },
    message: text('Which limit, how much is gone, what frees it.'),
    scope: text('What the rule stands on.'),
    limitUsd: usd('The limit.'),
    spentUsd: usd('Spent so far.'),
    heldUsd: usd('Held by open calls.'),
    resetsAt: text('ISO 8601: when the window ends.'),
    retryable: flag('Whether the same call, asked later with another ID, may be allowed.'),
    shadow: flag('Judged, not enforced.'),
  },
  ['scope', 'limitUsd', 'spentUsd', 'heldUsd', 'resetsAt', 'shadow'],
)
const reasons = list(reason, 'Why: one per rule that speaks, the strictest first.')

const pendingApproval = {
  id: text('Also the ID of the call that a yes lets happen: the same body, checked with this ID.'),
  expiresAt: text('ISO 8601: when silence becomes a no, and a yes that was not used is void.'),
}
const word = {
  state: { enum: APPROVAL_STATES },
  decidedAt: maybeText('ISO 8601.'),
  by: maybeText('Who; null: nobody yet, or the clock.'),
  reason: text('Why, in their words.'),
}

const lease = record(
  {
    provider: text('As asked.'),
    model: text('As asked, or the cheaper one.'),
    inputNanoPerToken: count('Nano-dollars a token at most.'),
    outputNanoPerToken: count('Nano-dollars a token at most.'),
    requestNano: count('Nano-dollars a request.'),
    maxOutputTokens: count('Output limit that every call must send.'),
  },
  ['provider'],
)

const verdict = record(
  {
    decision: { enum: DECISIONS },
    holdId: maybeText("The call's ID; null when nothing is held."),
    heldUsd: usd('Set aside for this call.'),
    model: text('Present when the call is to use this model.'),
    maxOutputTokens: count('What the call must send as its output limit.'),
    input: {
      type: ['string', 'array', 'object'],
      description:
        'Present when the input, or a tool’s arguments, were redacted: what goes in instead, in the same form.',
    },
    guard: {
      type: 'object',
      properties: { output: { const: 'stream' } },
      description: 'Present when the output has to pass `POST /v1/guard/stream` on its way.',
    },
    expiresAt: maybeText('ISO 8601: when an unsettled hold counts as spent.'),
    reasons,
    lease: { ...lease, description: 'Of leases: what calls under it are priced by.' },
    approval: { ...record(pendingApproval), description: 'Of `ask`: the question to a person.' },
  },
  ['model', 'maxOutputTokens', 'input', 'guard', 'lease', 'approval'],
)

const settled = record(
  {
    decision: { enum: DECISIONS },
    spentUsd: usd("That hold's own cost."),
    unbackedUsd: usd('The part beyond what was held.'),
    output: text('Present when the output was redacted.'),
    reasons,
  },
  ['unbackedUsd', 'output'],
)

export const errorSchema: Schema = {
  type: 'object',
  description: 'What went wrong and what to do: `{error: {code, message, field?, hint, retryable}}`.',
  properties: { error: { type: 'object' } },
}

export const checkSchema = {
  summary: 'May this call happen? Holds what it may cost at most.',
  description:
    'A refusal is an answer: 200 with `decision: deny`. The same ID with the same body gets the same verdict for ever; with another body 422.',
  tags: ['gate'],
  body: {
    ...checkJsonSchema,
    example: {
      id: 'b4b147bc-522d-40ef-a1c5-8a3d8a3f0b5e',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      kind: 'model',
      agent: 'refunds',
      provider: 'openai',
      model: 'gpt-4o',
      input: 'Where is my refund?',
      maxOutputTokens: 1000,
    },
  },
  response: { 200: verdict, 400: errorSchema, 422: errorSchema },
}

export const settleSchema = {
  summary: 'How the call ended: the hold becomes spend, its rest is free.',
  description:
    'Idempotent: the first word stands, another one gets `ALREADY_SETTLED`. Without usage and cost, what went in and `streamedTokens` count as spent. A call that never reached its provider is released.',
  tags: ['gate'],
  body: {
    ...settleJsonSchema,
    example: {
      holdId: 'b4b147bc-522d-40ef-a1c5-8a3d8a3f0b5e',
      usage: { inputTokens: 12, outputTokens: 212 },
      status: 'ok',
    },
  },
  response: { 200: settled, 400: errorSchema, 404: errorSchema, 503: errorSchema },
}

export const releaseSchema = {
  summary: 'The call did not happen: the hold is free.',
  description: 'A delegation or lease gives back what its calls did not draw.',
  tags: ['gate'],
  body: { ...releaseJsonSchema, example: { holdId: 'b4b147bc-522d-40ef-a1c5-8a3d8a3f0b5e' } },
  response: { 200: settled, 400: errorSchema, 404: errorSchema, 503: errorSchema },
}

export const streamSchema = {
  summary: 'Switches, the version of the rules and what people decide, as server-sent events.',
  description:
    'First `policy` with `resumed`: false means that all switches that stand follow and others are free; true that what was missed since `Last-Event-ID` follows. Then `switch` (`state` may be `freed`) and `policy` as they change, and `approval` (`id`, `state`, `traceId`, `expiresAt`) when a person is asked or has decided; comments keep it open.',
  tags: ['gate'],
  response: { 200: { description: 'text/event-stream', type: 'string' } },
}

const scopeParameter = { enum: SCOPES, description: 'What it stands on.', example: 'agent' }
const nameParameter = { type: 'string', description: 'Which one; `all` for global.', example: 'refunds' }
export const switchParameters = {
  type: 'object',
  properties: { scope: scopeParameter, name: nameParameter },
  required: ['scope', 'name'],
}

export const wireSwitchSchema = record(
  {
    scope: { enum: SCOPES },
    name: text('Which one.'),
    state: { enum: ['held', 'tripped'], description: '`held`: a person did it; `tripped`: the machine.' },
    reason: text('Why.'),
    by: text('Who: a person, or `budget:<name>`.'),
    since: text('ISO 8601.'),
    until: text('ISO 8601: when a trip frees itself.'),
  },
  ['until'],
)

export const wireBudgetSchema = record({
  name: text('The budget.'),
  scope: text('Joined with `/`.'),
  key: text("The scope's value; empty while nothing happened."),
  window: record({ start: maybeText('ISO 8601.'), end: maybeText('ISO 8601; null: never.') }),
  limitUsd: usd('The limit now.'),
  spentUsd: usd('Everything billed.'),
  heldUsd: usd('Open holds.'),
  unbackedUsd: usd('Billed beyond what was held.'),
  ungovernedUsd: usd('Billed by calls that did not ask.'),
  uncertainUsd: usd('Holds that ended without a word.'),
  shadow: flag('Judged, not enforced.'),
})

export const wireDecisionSchema = record(
  {
    id: text("The call's ID."),
    traceId: text('The run.'),
    spanId: maybeText('The call.'),
    parentSpanId: maybeText('What was around it.'),
    parentHoldId: maybeText('What it draws on.'),
    time: text('ISO 8601.'),
    kind: { enum: CALL_KINDS },
    decision: { enum: DECISIONS },
    agent: maybeText('Who asked.'),
    workflow: maybeText('In what.'),
    model: maybeText('Which model; after a degrade the cheaper one.'),
    toolName: maybeText('Which tool.'),
    heldUsd: usd('Held.'),
    spentUsd: { type: ['number', 'null'], description: 'USD; null while it is open.' },
    state: { enum: ['open', 'settled', 'released', 'expired', 'refused'] },
    expiresAt: maybeText('ISO 8601.'),
    reasons,
    approval: { ...record({ ...pendingApproval, ...word }), description: 'Where a person is, or was, asked.' },
  },
  ['approval'],
)

export const approvalParameters = {
  type: 'object',
  properties: { id: { type: 'string', description: 'The approval.', example: 'apr_8f14e45fceea167a5a36dedd' } },
  required: ['id'],
}

export const wireApprovalSchema = record({
  ...pendingApproval,
  ...word,
  callId: text('The ID that the call was asked for with.'),
  askedAt: text('ISO 8601.'),
  traceId: text('The run.'),
  spanId: maybeText('The call.'),
  parentSpanId: maybeText('What was around it.'),
  kind: { enum: CALL_KINDS },
  agent: maybeText('Who wants to.'),
  workflow: maybeText('In what.'),
  userId: maybeText('On whose behalf.'),
  tenantId: maybeText('Of whom.'),
  sessionId: maybeText('Conversation.'),
  provider: maybeText('Of model calls.'),
  model: maybeText('Of model calls.'),
  toolName: maybeText('Which tool.'),
  args: maybeText("The tool's arguments, JSON, as the content mode lets them be kept."),
  mostUsd: usd('What it may cost at most.'),
  reasons: list(reason, 'The rules that want a word.'),
  call: { enum: ['waiting', 'allowed', 'refused'], description: 'What the call itself was told in the end.' },
})
