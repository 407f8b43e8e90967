/** What `/docs` says about the reading routes. The shapes are checked against real answers in documentation.test.ts. */
import { FINISH_REASONS, KINDS, STATUSES, STOP_REASONS } from '../span.ts'
import { runQueryJsonSchema } from './run-query.ts'

type Schema = Readonly<Record<string, unknown>>

const text = (description: string): Schema => ({ type: 'string', description })
const maybe = (schema: Schema): Schema => ({ ...schema, type: [schema.type, 'null'] })
const maybeText = (description: string) => maybe(text(description))
const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description })
const maybeCount = (description: string) => maybe(count(description))
const amount = (description: string): Schema => ({ type: ['number', 'null'], description })
const texts = (description: string): Schema => ({ type: 'array', items: { type: 'string' }, description })
const oneOf = (words: readonly string[], description: string): Schema => ({ enum: [...words, null], description })
const map = (description: string): Schema => ({ type: 'object', additionalProperties: true, description })
/** Every field is always there. */
const record = (properties: Record<string, Schema>): Schema => {
  return { type: 'object', properties, required: Object.keys(properties) }
}
const list = (items: Schema, description: string): Schema => ({ type: 'array', items, description })

const traceId = { type: 'string', pattern: '^[0-9a-f]{32}$', description: 'The run: 32 hex digits.' }
const startTime = text('ISO 8601 in UTC with nanoseconds.')

const tokens = {
  inputTokens: maybeCount('Cache reads and writes included.'),
  outputTokens: maybeCount('Reasoning included.'),
  cacheReadTokens: maybeCount('Part of the input.'),
  cacheWriteTokens: maybeCount('Part of the input.'),
  reasoningTokens: maybeCount('Part of the output.'),
}

const scores = list(
  record({
    name: text('What was judged.'),
    value: { type: 'number' },
    label: maybeText('The value in a word.'),
    explanation: maybeText('Why.'),
    source: maybeText('Who or what judged; `telemetry`: an evaluation event.'),
    time: text('ISO 8601: when it arrived.'),
  }),
  'What was judged, each name and source once.',
)

const runFields = {
  traceId,
  name: maybeText("The root span's name."),
  workflow: maybeText('What was executed.'),
  service: maybeText('The process that started it.'),
  status: { enum: STATUSES },
  stopReason: oneOf(
    STOP_REASONS,
    "Why the run ended: its root's word; below a root that has none, such as a web request, that of what it let in.",
  ),
  startTime,
  durationMs: { type: 'number', description: 'Milliseconds.' },
  spanCount: count('Spans stored so far.'),
  llmCalls: count('Model calls, each counted once.'),
  toolCalls: count('Tool calls.'),
  embeddingCalls: count('Embedding calls.'),
  embeddingTokens: count('Their tokens, apart from the sums below.'),
  errors: count('Spans with status `error`.'),
  agents: texts('Agents that took part.'),
  failedAgents: texts('Agents of which a turn failed; of one that tells no turns, a call.'),
  models: texts('Models that were called.'),
  tools: list(
    record({ name: text('Tool.'), calls: count('Calls.'), errors: count('Failed calls.') }),
    'Tools that were called.',
  ),
  sessionId: maybeText('Conversation.'),
  userId: maybeText('On whose behalf.'),
  tenantId: maybeText('From the API key where keys are used.'),
  ...tokens,
  costUsd: amount('USD. Null when nothing is priced.'),
  unpricedCalls: count('Calls whose price is unknown: their money is missing from `costUsd`.'),
  score: amount("Mean of the run's own scores; without one its root span's, else the mean of its spans'."),
  outcome: maybeText('`success`, `failure`, `unknown` or a word of your own.'),
  outcomeReason: maybeText('Why, as it was posted with the outcome.'),
  rootSeen: { type: 'boolean', description: 'False while no root span has arrived.' },
}
const run = record(runFields)

const span = record({
  traceId,
  spanId: text('16 hex digits.'),
  parentSpanId: maybeText('Null for a root.'),
  orphan: { type: 'boolean', description: 'The parent is not stored (yet).' },
  name: text('As sent.'),
  kind: { enum: KINDS },
  service: maybeText('The process.'),
  workflow: maybeText('What was executed.'),
  agent: maybeText('Own name on an agent span, else the nearest agent above.'),
  agentVersion: maybeText('Its version.'),
  parentAgent: maybeText('The agent that called this agent.'),
  startTime,
  durationMs: { type: 'number', description: 'Milliseconds.' },
  ttftMs: amount('Milliseconds to the first token.'),
  streaming: maybe({ type: 'boolean' }),
  status: { enum: STATUSES },
  errorType: maybeText('Class or code of the error.'),
  statusMessage: maybeText('Its message.'),
  stopReason: oneOf(STOP_REASONS, 'Why an agent or run ended.'),
  finishReason: oneOf(FINISH_REASONS, 'Why a model call ended.'),
  finishReasonRaw: maybeText("The provider's word."),
  provider: maybeText('E.g. `openai`.'),
  requestModel: maybeText('Model asked for.'),
  responseModel: maybeText('Model that answered.'),
  responseId: maybeText("The provider's ID of the answer."),
  operation: maybeText("The convention's word, e.g. `chat`."),
  ...tokens,
  costUsd: amount('USD.'),
  costSource: oneOf(['reported', 'priced', 'unpriced'], 'By the library, by us, or not at all.'),
  priceVersion: maybeText('Which price list.'),
  counted: { type: 'boolean', description: 'False where another span tells the same usage.' },
  said: map("What this span itself said of fields that hold an ancestor's word, or another span's of the same call."),
  toolName: maybeText('Tool.'),
  toolCallId: maybeText("The model's ID of the call."),
  toolArgs: maybeText('As sent: JSON or text.'),
  retrieval: {
    type: ['object', 'null'],
    description: '`{query, topK, documents}`; documents as a list, or as text where it is not a whole JSON array.',
  },
  sessionId: maybeText('Conversation.'),
  userId: maybeText('On whose behalf.'),
  tenantId: maybeText('From the API key where keys are used.'),
  promptName: maybeText('Prompt.'),
  promptVersion: maybeText('Its version.'),
  configVersion: maybeText('Configuration of the agent.'),
  tags: texts('Free words.'),
  attempt: maybeCount('1 for the first try.'),
  retryOf: maybeText('Span ID of the try before.'),
  fallbackOf: maybeText('Span ID of the call this one stands in for.'),
  cacheHit: maybe({ type: 'boolean' }),
  score: amount('Mean of its scores, or the one it told itself.'),
  scores,
  findings: list({ type: 'object' }, 'What guards found in its texts, as in `GET /api/guards`.'),
  input: maybeText('As `contentMode` allows; what is cut is in `cut`.'),
  output: maybeText('As `contentMode` allows; what is cut is in `cut`.'),
  contentMode: { enum: ['none', 'hashed', 'redacted', 'full'] },
  attributes: map('Everything else the span carried.'),
  resource: map('Attributes of the process.'),
  scope: record({ name: text('Instrumentation.'), version: text('Its version.') }),
  events: list(
    record({ time: startTime, name: text('Event.'), attributes: map('Of the event.') }),
    'Events in the span.',
  ),
  links: list(
    record({ traceId: text('Run.'), spanId: text('Span.'), attributes: map('Of the link.') }),
    'Links to other spans.',
  ),
  dialect: text('Which convention was understood.'),
  cut: map('What limits cut, by what: counts, or bytes for `input` and `output`.'),
  warnings: texts('What was wrong and mended.'),
})

const error = {
  type: 'object',
  description: 'What went wrong and what to do.',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: text('Stable: `OUT_…`.'),
        message: text('For people.'),
        field: text('The parameter that is wrong.'),
        hint: text('What to do.'),
        retryable: { type: 'boolean' },
      },
      required: ['code', 'message', 'hint', 'retryable'],
    },
  },
  required: ['error'],
}

export const runsSchema = {
  summary: 'Runs, newest first.',
  description: 'Filters are joined with "and". An unknown parameter or a bad value answers 400 and names it.',
  tags: ['runs'],
  querystring: runQueryJsonSchema,
  response: {
    200: record({ runs: list(run, 'At most `limit`.'), next: maybeText('Pass it as `cursor` for the next page.') }),
    400: error,
  },
}

export const runSchema = {
  summary: 'One run with all its spans in time order.',
  tags: ['runs'],
  params: {
    type: 'object',
    properties: {
      traceId: { type: 'string', description: '32 hex digits, any case.', example: '4bf92f3577b34da6a3ce929d0e0e4736' },
    },
    required: ['traceId'],
  },
  response: {
    200: record({
      run: record({ ...runFields, scores }),
      spans: list(span, 'In time order; orphans are kept and marked.'),
      decisions: list({ type: 'object' }, 'What was decided in the run, oldest first, as in `GET /api/decisions`.'),
      alerts: list({ type: 'object' }, 'Alerts about this run.'),
    }),
    400: error,
    404: error,
  },
}

export const liveSchema = {
  summary: 'Which runs have just changed, as server-sent events.',
  description: 'Events `runs` with data `{"traceIds": […]}`, at most one a second; comments keep the stream open.',
  tags: ['runs'],
  response: { 200: { description: 'text/event-stream', type: 'string' } },
}
