import { attribute } from '@outrider/sdk/attributes'

/** Names that carry what was said to a model or a tool, in any dialect, on spans, events and log records. */
const names: ReadonlySet<string> = new Set([
  attribute.inputMessages,
  attribute.outputMessages,
  attribute.systemInstructions,
  attribute.toolArguments,
  attribute.toolResult,
  attribute.retrievalQuery,
  attribute.retrievalDocuments,
  attribute.input,
  attribute.output,
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.event.content',
  'gen_ai.tool.definitions',
  'gen_ai.memory.query.text',
  'gen_ai.memory.records',
  'gen_ai.evaluation.explanation',
  'anthropic.tool_result.content',
  'input.value',
  'output.value',
  'tool.parameters',
  'llm.prompts',
  'llm.invocation_parameters',
  'llm.prompt_template.template',
  'llm.prompt_template.variables',
  'embedding.text',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'ai.prompt',
  'ai.prompt.messages',
  'ai.response.text',
  'ai.response.object',
  'ai.response.toolCalls',
  'ai.response.reasoning',
  'ai.toolCall.args',
  'ai.toolCall.input',
  'ai.toolCall.result',
  'ai.value',
  'ai.values',
  'langfuse.observation.input',
  'langfuse.observation.output',
  'langfuse.trace.input',
  'langfuse.trace.output',
  'mlflow.spanInputs',
  'mlflow.spanOutputs',
  'mlflow.chunk.value',
  'genkit:input',
  'genkit:output',
  'mastra.metadata.body',
  'gen_ai.agent.input',
  'system_prompt',
  'langfuse.observation.metadata.tools',
  'langsmith.metadata.ls_invocation_params',
  'pydantic_ai.all_messages',
  'all_messages_events',
  'events',
  'final_result',
  'request_data',
  'raw_input',
  'input',
  'output',
  'response',
  'response_data',
  'tool_arguments',
  'tool_response',
  'tool_input',
  'user_prompt',
  'new_context',
  'new_output',
  'response.model_output',
  'tool.output',
  'gcp.vertex.agent.llm_request',
  'gcp.vertex.agent.llm_response',
  'gcp.vertex.agent.tool_call_args',
  'gcp.vertex.agent.tool_response',
  'gcp.vertex.agent.data',
  // of events and log records
  'content',
  'message',
  'body',
  'arguments',
  'tool_calls',
  'exception.message',
  'exception.stacktrace',
])

/** Families with an index in the name: `gen_ai.prompt.0.content`, `llm.input_messages.0.message.content`. */
const indexed = [
  'gen_ai.prompt.',
  'gen_ai.completion.',
  'llm.input_messages.',
  'llm.output_messages.',
  'llm.prompts.',
  'llm.completions.',
  'llm.choices.',
  'llm.tools.',
  'llm.request.functions.',
  'retrieval.documents.',
  'reranker.',
  'embedding.embeddings.',
  'message.',
]

/** Whether an attribute of this name carries message content: the content mode governs it wherever it stands. */
export function contentKeys(key: string): boolean {
  if (names.has(key)) return true
  // each kind of Mastra's spans has a name of its own for what went in and out
  if (key.startsWith('mastra.')) return key.endsWith('.input') || key.endsWith('.output')
  for (const prefix of indexed) {
    if (key.startsWith(prefix)) {
      const digit = key.charCodeAt(prefix.length)
      return (digit >= 48 && digit <= 57) || prefix === 'reranker.' || prefix === 'message.'
    }
  }
  return false
}
