import type { FinishReason, StopReason } from '../../span.ts'

const folds: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['endturn', 'stop'],
  ['completed', 'stop'],
  ['complete', 'stop'],
  ['stopsequence', 'stop'],
  ['eos', 'stop'],
  ['eostoken', 'stop'],
  ['toolcalls', 'tool_calls'],
  ['toolcall', 'tool_calls'],
  ['tooluse', 'tool_calls'],
  ['functioncall', 'tool_calls'],
  ['functioncalls', 'tool_calls'],
  ['length', 'length'],
  ['maxtokens', 'length'],
  ['maxoutputtokens', 'length'],
  ['modelcontextwindowexceeded', 'length'],
  ['contentfilter', 'content_filter'],
  ['contentfiltered', 'content_filter'],
  ['refusal', 'content_filter'],
  ['safety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['blocklist', 'content_filter'],
  ['prohibitedcontent', 'content_filter'],
  ['spii', 'content_filter'],
  ['guardrailintervened', 'content_filter'],
  ['error', 'error'],
  ['failed', 'error'],
])

/** One word for every provider's: case, dashes and underscores do not matter; a word nobody knows is `other`. */
export function finishReason(word: string): FinishReason {
  // some write the name of an enum member: `FinishReason.STOP`
  const bare = word.slice(word.lastIndexOf('.') + 1).slice(0, 64)
  return folds.get(bare.toLowerCase().replace(/[-_ ]/g, '')) ?? 'other'
}

const stops: Readonly<Record<FinishReason, StopReason | null>> = {
  stop: 'completed',
  length: 'max_tokens',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  error: 'error',
  other: null,
}

/** A key of the messages themselves: inside a text its quotes are escaped. */
const call = /(?<!\\)"type": ?"(?:tool_call|tool_use|function_call)"/
const words = /(?<!\\)"type": ?"(?:text|output_text)"/

/** Whether an answer is nothing but calls of tools. OpenAI's Responses end with `completed` then, and some say `stop`. */
export function asksForTools(output: string | null): boolean {
  if (output === null || (output[0] !== '[' && output[0] !== '{')) return false
  return call.test(output) && !words.test(output)
}

/** Why an agent ended, by the class of what was raised in it: names that frameworks and languages give. */
const raised: ReadonlyMap<string, StopReason> = new Map([
  ['MaxTurnsExceeded', 'max_turns'],
  ['GraphRecursionError', 'max_turns'],
  ['UsageLimitExceeded', 'budget_exceeded'],
  ['InputGuardrailTripwireTriggered', 'guard_blocked'],
  ['OutputGuardrailTripwireTriggered', 'guard_blocked'],
  ['CancelledError', 'cancelled'],
  ['AbortError', 'cancelled'],
  ['TimeoutError', 'timeout'],
  ['APITimeoutError', 'timeout'],
])

/** Why an agent or run ended, where all it says is the finish reason of its last answer or that it failed. */
export function stopReasonOf(
  reason: FinishReason | null,
  failed: boolean,
  errorType: string | null,
): StopReason | null {
  if (failed) return raised.get(errorType?.slice(errorType.lastIndexOf('.') + 1) ?? '') ?? 'error'
  return reason === null ? null : stops[reason]
}
