/** `GET /api/dialects`: who sends telemetry, and what each loses, in words that say what to do. */
import type { Scope } from '../span.ts'
import type { Arrival } from '../store/store.ts'

/** What is known of an instrumentation before it has sent anything. */
export type LosesOf = (dialect: string, scope: Scope) => readonly string[]

export function dialectsJson(sinceMs: number, arrivals: readonly Arrival[], losesOf: LosesOf) {
  const dialects = arrivals.map((arrival) => ({
    dialect: arrival.dialect,
    scope: { name: arrival.scope.name, version: arrival.scope.version },
    spans: arrival.spans,
    llmCalls: arrival.llmCalls,
    failedCalls: arrival.failedCalls,
    unpricedCalls: arrival.unpricedCalls,
    lastSeen: new Date(arrival.lastSeenMs).toISOString(),
    loses: losesOf(arrival.dialect, arrival.scope),
    observed: observed(arrival),
    warnings: arrival.warnings,
  }))
  return { since: new Date(sinceMs).toISOString(), dialects }
}

/** What these spans lack, and what to do about it. */
function observed(arrival: Arrival): readonly string[] {
  const { llmCalls, failedCalls, withoutUsage, withoutModel, streams, streamsWithoutUsage, unpricedCalls } = arrival
  const done = llmCalls - failedCalls
  const said: string[] = []
  if (streamsWithoutUsage > 0) {
    said.push(
      `${share(streamsWithoutUsage, streams, 'stream')} told no tokens, so their money is unknown. Ask the provider for usage in streams (OpenAI: \`stream_options: {include_usage: true}\`) and read each stream to its end.`,
    )
  }
  if (withoutUsage > streamsWithoutUsage) {
    const rest = share(withoutUsage - streamsWithoutUsage, done - streams, 'call', ' without streaming')
    said.push(
      `${rest} told no tokens, so their money is unknown. Update the instrumentation, or report usage on the span.`,
    )
  }
  if (withoutModel > 0) {
    said.push(`${share(withoutModel, done, 'call')} named no model and cannot be priced. Set \`gen_ai.request.model\`.`)
  }
  if (unpricedCalls > 0) {
    said.push(
      `${share(unpricedCalls, llmCalls, 'call')} have tokens and no price. GET /api/spend lists the models: add them to \`prices:\`, then run \`outrider reprice\`.`,
    )
  }
  return said
}

function share(part: number, whole: number, noun: string, rest = ''): string {
  const percent = Math.max(1, Math.round((part / Math.max(whole, part)) * 100))
  return `${part.toLocaleString('en-US')} of ${Math.max(whole, part).toLocaleString('en-US')} ${noun}s${rest} (${percent} %)`
}

const text = (description: string) => ({ type: 'string', description })
const count = (description: string) => ({ type: 'integer', description })
const record = (properties: Readonly<Record<string, unknown>>) => {
  return { type: 'object', properties, required: Object.keys(properties) }
}

export const dialectsSchema = {
  summary: 'Which dialects and instrumentations arrived in the last 24 hours, and what each loses.',
  tags: ['telemetry'],
  response: {
    200: record({
      since: text('ISO 8601.'),
      dialects: {
        type: 'array',
        description: 'Most spans first; 500 at most.',
        items: record({
          dialect: text('Which convention was understood; `otel`: plain OpenTelemetry.'),
          scope: record({ name: text('Instrumentation.'), version: text('Its version.') }),
          spans: count('Each once, however often it was sent.'),
          llmCalls: count('Model calls, each counted once.'),
          failedCalls: count('Those that ended in an error.'),
          unpricedCalls: count('Those with tokens and no price.'),
          lastSeen: text('ISO 8601: when the last span arrived.'),
          loses: { type: 'array', items: { type: 'string' }, description: 'What this instrumentation does not send.' },
          observed: { type: 'array', items: { type: 'string' }, description: 'What these spans lack, and what to do.' },
          warnings: {
            type: 'array',
            description: 'What could not be read or was mended, most frequent first.',
            items: record({ name: text('E.g. `bad_number:gen_ai.usage.input_tokens`.'), spans: count('How many.') }),
          },
        }),
      },
    }),
  },
}
