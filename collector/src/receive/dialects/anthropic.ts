import { type Dialect, extend } from './dialect.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { includeParts } from './usage.ts'
import { count } from './value.ts'

const lifetimes = ['ephemeral_5m', 'ephemeral_1h'].map(
  (lifetime) => `anthropic.usage.cache_creation.${lifetime}_input_tokens`,
)

/**
 * The spans that Anthropic's SDK makes by itself as soon as a tracer provider exists, and those that the Claude API adds
 * below them. A wrapper around the client stands around them: one call, told twice or three times.
 */
export const anthropic: Dialect = {
  name: 'anthropic',
  detects: ({ scope }) =>
    scope.name.startsWith('com.anthropic.') && !scope.name.startsWith('com.anthropic.claude_code'),
  names: extend(genaiNames, {
    finishReasons: ['anthropic.message.stop_reason'],
    output: ['anthropic.tool_result.content'],
  }),
  kind: otelGenai.kind,
  mend(told, raw, warnings) {
    if (told.cacheWriteTokens === null) {
      for (const name of lifetimes) {
        const part = count(raw.attributes[name] ?? null)
        if (part !== undefined) told.cacheWriteTokens = (told.cacheWriteTokens ?? 0) + part
      }
    }
    includeParts(told, raw, warnings)
  },
  loses: () => [
    'Message contents are not sent; tools that the application runs itself have no span.',
    'A retry is hidden in the span of its call; how many there were is told.',
    'The agent of a tool runner has no name: put your own agent span around it.',
  ],
}
