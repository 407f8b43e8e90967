/**
 * Every attribute name that Outrider's SDK writes and its collector reads. Names of the OpenTelemetry GenAI conventions
 * (open-telemetry/semantic-conventions-genai) where they exist; `outrider.*` for what no convention has a word for.
 * Zero imports: both sides take the words from here.
 */
export const attribute = {
  // OpenTelemetry GenAI conventions
  /** `invoke_workflow` run · `invoke_agent` agent · `chat` model · `execute_tool` tool · `retrieval` · `embeddings` */
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  workflow: 'gen_ai.workflow.name',
  agent: 'gen_ai.agent.name',
  agentVersion: 'gen_ai.agent.version',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  maxTokens: 'gen_ai.request.max_tokens',
  stream: 'gen_ai.request.stream',
  /** Array of the provider's words, one a choice. */
  finishReasons: 'gen_ai.response.finish_reasons',
  /** Seconds, double. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  /** Integer, cache reads and writes included. */
  inputTokens: 'gen_ai.usage.input_tokens',
  /** Integer, reasoning included. */
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  /** JSON string: array of messages. */
  inputMessages: 'gen_ai.input.messages',
  /** JSON string: array of messages. */
  outputMessages: 'gen_ai.output.messages',
  systemInstructions: 'gen_ai.system_instructions',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  /** JSON string. */
  toolArguments: 'gen_ai.tool.call.arguments',
  /** JSON string or text. */
  toolResult: 'gen_ai.tool.call.result',
  retrievalQuery: 'gen_ai.retrieval.query.text',
  /** JSON string: array of `{id?, score?, content?}`. */
  retrievalDocuments: 'gen_ai.retrieval.documents',
  /** Integer. */
  retrievalTopK: 'gen_ai.request.top_k',
  /** What was searched. */
  dataSource: 'gen_ai.data_source.id',
  session: 'gen_ai.conversation.id',
  promptName: 'gen_ai.prompt.name',
  user: 'user.id',
  errorType: 'error.type',
  service: 'service.name',

  // Outrider's own
  parentAgent: 'outrider.parent_agent',
  /** One of the canonical stop reasons. */
  stopReason: 'outrider.stop_reason',
  tenant: 'outrider.tenant',
  /** Array of strings. */
  tags: 'outrider.tags',
  promptVersion: 'outrider.prompt.version',
  configVersion: 'outrider.config.version',
  /** 1 for the first try. */
  attempt: 'outrider.attempt',
  /** Span ID of the try before. */
  retryOf: 'outrider.retry_of',
  /** Span ID of the call that this one stands in for. */
  fallbackOf: 'outrider.fallback_of',
  /** `closed open half_open`: the breaker of a resilient agent when a try began. */
  circuit: 'outrider.circuit',
  cacheHit: 'outrider.cache_hit',
  /** USD, double: what the provider says it billed. */
  costUsd: 'outrider.cost_usd',
  /** Text or JSON of an agent or run: what it was given and what it gave. */
  input: 'outrider.input',
  output: 'outrider.output',
  /** Which content mode the SDK applied: `none hashed redacted full`. */
  contentMode: 'outrider.content_mode',
  /** `success failure unknown`, or a word of the team's own. */
  outcome: 'outrider.outcome',
  /** USD, double: what the application asks to keep a run under. */
  budgetUsd: 'outrider.budget_usd',
  /** The hold, delegation or lease of the gate that pays for this span. */
  holdId: 'outrider.hold.id',
  /** True where a policy wanted the output judged before it was handed on, and it was not. */
  guardSkipped: 'outrider.guard.skipped',
  /** Integer: how many values of this span the SDK cut to its limits. */
  cut: 'outrider.cut',
} as const

/** A quality score is a span event of this name, after the GenAI conventions. */
export const scoreEvent = {
  name: 'gen_ai.evaluation.result',
  scoreName: 'gen_ai.evaluation.name',
  value: 'gen_ai.evaluation.score.value',
  label: 'gen_ai.evaluation.score.label',
  explanation: 'gen_ai.evaluation.explanation',
} as const
