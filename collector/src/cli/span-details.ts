/** What stands behind a span's name in the tree, most wanted first. */
import type { Span } from './answers.ts'
import type { Mark } from './branches.ts'
import { count, usd } from './figures.ts'
import { plain } from './plain.ts'
import type { Style } from './terminal.ts'

export interface Detail {
  readonly text: string
  readonly style: Style | null
}

/** @param inherited the agent of the span above: it is not said again */
export function spanDetails(
  span: Span,
  { inherited, mark }: { readonly inherited: string | null; readonly mark: Mark },
): readonly Detail[] {
  const details: Detail[] = []
  const say = (text: string | null | false, style: Style | null = null) => {
    if (text !== null && text !== false && text !== '') details.push({ text: plain(text), style })
  }
  const { agent, responseModel, requestModel, name } = span
  const model = responseModel ?? requestModel
  say(mark === 'orphan' && `orphan of ${span.parentSpanId}`, 'yellow')
  say(mark === 'cycle' && `cycle with ${span.parentSpanId}`, 'yellow')
  say(span.retryOf !== null || (span.attempt ?? 1) > 1 ? `retry, try ${span.attempt ?? '?'}` : null, 'yellow')
  const decision = span.kind === 'gate' ? span.attributes['outrider.gate.decision'] : undefined
  say(typeof decision === 'string' && decision, decision === 'allow' ? 'dim' : 'yellow')
  say(span.fallbackOf !== null && `fallback of ${span.fallbackOf}`, 'yellow')
  say(agent !== null && agent !== inherited && !name.includes(agent) && `@${agent}`, 'magenta')
  say(model !== null && !name.includes(model) && model)
  const spent = tokens(span)
  say(spent)
  say(span.costUsd === null ? null : usd(span.costUsd), 'green')
  say(span.costSource === 'unpriced' && 'unpriced', 'yellow')
  say(!span.counted && (spent !== null || span.costUsd !== null) && 'counted elsewhere', 'dim')
  say(span.cacheHit === true && 'cache hit')
  const reason = span.stopReason ?? span.finishReason
  say(reason, reason === 'completed' || reason === 'stop' || reason === 'tool_calls' ? 'dim' : 'yellow')
  if (span.scores.length === 0) say(span.score === null ? null : `score ${Number(span.score.toFixed(3))}`)
  for (const { name, value } of span.scores) say(`score ${name} ${Number(value.toFixed(3))}`)
  if (span.status === 'error') {
    const told = [span.errorType, span.statusMessage].filter((text) => text !== null && text !== '')
    say(`error ${told.join(': ')}`.trimEnd(), 'red')
  }
  return details
}

function tokens({ inputTokens, outputTokens, cacheReadTokens }: Span): string | null {
  if (inputTokens === null && outputTokens === null) return null
  const read = cacheReadTokens ? ` (${count(cacheReadTokens)} cached)` : ''
  return `${inputTokens === null ? '?' : count(inputTokens)} in${read} ${outputTokens === null ? '?' : count(outputTokens)} out`
}
