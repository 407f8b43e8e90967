/** The head of a run: what, how it ended, totals. */
import type { Run } from './answers.ts'
import { clock, count, duration, usd } from './figures.ts'
import { plain } from './plain.ts'
import { scoreWords } from './score-words.ts'
import type { Paint } from './terminal.ts'

export function runHeader(run: Run, paint: Paint): readonly string[] {
  const title = plain(run.workflow ?? run.name ?? 'run')
  const ended = run.stopReason === null ? run.status : `${run.status}, ${run.stopReason}`
  const style = run.status === 'error' ? 'red' : run.status === 'ok' ? 'green' : 'yellow'
  const outcome = run.outcome === null ? '' : `  outcome ${plain(run.outcome)}`
  const score = run.score === null ? '' : `  score ${Number(run.score.toFixed(3))}`
  return [
    `${paint('bold', title)}  ${paint(style, plain(ended))}${outcome}${score}`,
    paint('dim', plain(run.traceId)),
    join([
      `${clock(plain(run.startTime))} UTC`,
      duration(run.durationMs),
      count(run.spanCount, 'span'),
      count(run.llmCalls, 'model call'),
      count(run.toolCalls, 'tool call'),
      run.errors > 0 && paint('red', count(run.errors, 'error')),
      !run.rootSeen && paint('yellow', 'root span not received'),
    ]),
    join([tokensOf(run), moneyOf(run)]),
    join([
      named('agents', run.agents),
      named('models', run.models),
      run.userId !== null && `user ${plain(run.userId)}`,
      run.sessionId !== null && `session ${plain(run.sessionId)}`,
      run.tenantId !== null && `tenant ${plain(run.tenantId)}`,
    ]),
    run.outcomeReason === null ? '' : `outcome reason: ${plain(run.outcomeReason)}`,
    ...run.scores.map((score) => `score ${scoreWords(score)}`),
  ].filter((line) => line !== '')
}

function tokensOf({ inputTokens, outputTokens, cacheReadTokens, reasoningTokens }: Run): string | false {
  if (inputTokens === null && outputTokens === null) return false
  const read = cacheReadTokens ? ` (${count(cacheReadTokens)} from cache)` : ''
  const thought = reasoningTokens ? ` (${count(reasoningTokens)} reasoning)` : ''
  return `tokens ${known(inputTokens)} in${read}, ${known(outputTokens)} out${thought}`
}

function moneyOf({ costUsd, unpricedCalls }: Run): string | false {
  const missing = unpricedCalls > 0 ? `${count(unpricedCalls, 'call')} unpriced` : ''
  if (costUsd === null) return missing === '' ? false : `cost unknown: ${missing}`
  return missing === '' ? usd(costUsd) : `${usd(costUsd)} and ${missing}`
}

const known = (tokens: number | null): string => (tokens === null ? '?' : count(tokens))
const named = (what: string, names: readonly string[]) => names.length > 0 && `${what} ${names.map(plain).join(', ')}`
const join = (parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join(' · ')
