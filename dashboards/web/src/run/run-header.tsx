import type { ReactNode } from 'react'
import type { Decision, Run, RunDetail } from '../api.ts'
import { count, duration, money, plural, time, tokens, UNKNOWN } from '../format.ts'
import { isRefused } from '../money/refused.ts'
import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { RunStatus } from '../ui/status.tsx'
import { Text } from '../ui/text.tsx'
import { CopyRun } from './copy-run.tsx'
import { ScoreList } from './score-list.tsx'

/** A run at a glance: how it ended, what it cost, who and what took part. */
export function RunHeader({ detail, now }: { detail: RunDetail; now: Date }) {
  const { run, decisions = [] } = detail
  const refused = decisions.filter(isRefused)
  const title = run.workflow ?? run.name
  return (
    <section className="run-header" aria-label="Summary">
      <div className="run-title">
        <h1>{title === null ? <span className="muted">unnamed run</span> : <Text>{title}</Text>}</h1>
        <RunStatus run={run} now={now} />
        {run.name !== null && run.name !== title && (
          <span className="muted">
            <Text>{run.name}</Text>
          </span>
        )}
        <CopyRun detail={detail} />
      </div>
      <dl className="figures">
        <Figure name="Cost" note={costNote(run)}>
          {money(run.costUsd)}
        </Figure>
        {decisions.length > 0 && (
          <Figure
            name="Held"
            note={`by ${plural(decisions.filter((one) => one.state === 'open').length, 'open call')}`}
          >
            {money(heldNow(decisions))}
          </Figure>
        )}
        {decisions.length > 0 && (
          <Figure name="Refused" note={`of ${plural(decisions.length, 'decision')}`} bad={refused.length > 0}>
            {count(refused.length)}
          </Figure>
        )}
        <Figure name="Tokens in" note={partOf(run.cacheReadTokens, 'cached')}>
          <span title={count(run.inputTokens)}>{tokens(run.inputTokens)}</span>
        </Figure>
        <Figure name="Tokens out" note={partOf(run.reasoningTokens, 'reasoning')}>
          <span title={count(run.outputTokens)}>{tokens(run.outputTokens)}</span>
        </Figure>
        <Figure name="Duration" note={`at ${time(run.startTime, now)}`}>
          {duration(run.durationMs)}
        </Figure>
        <Figure name="Model calls" note={run.embeddingCalls > 0 ? plural(run.embeddingCalls, 'embedding') : null}>
          {count(run.llmCalls)}
        </Figure>
        <Figure name="Tool calls" note={null}>
          {count(run.toolCalls)}
        </Figure>
        <Figure name="Errors" note={`of ${plural(run.spanCount, 'span')}`} bad={run.errors > 0}>
          {count(run.errors)}
        </Figure>
        {run.score !== null && (
          <Figure name="Score" note={null}>
            {Number(run.score.toPrecision(3))}
          </Figure>
        )}
      </dl>
      <dl className="facts">
        <Names name="Agents" values={run.agents} failed={run.failedAgents} filter="agent" />
        <Names name="Models" values={run.models} filter="model" />
        {run.tools.length > 0 && (
          <div>
            <dt>Tools</dt>
            <dd>
              {run.tools.map((tool) => (
                <span
                  key={tool.name}
                  className="tag"
                  title={`${plural(tool.calls, 'call')}, ${plural(tool.errors, 'error')}`}
                >
                  <Text>{tool.name}</Text> <span className="muted">×{count(tool.calls)}</span>
                  {tool.errors > 0 && <span className="bad"> {plural(tool.errors, 'error')}</span>}
                </span>
              ))}
            </dd>
          </div>
        )}
        <Names name="Session" values={run.sessionId === null ? [] : [run.sessionId]} filter="session" />
        <Names name="User" values={run.userId === null ? [] : [run.userId]} filter="user" />
        <Names name="Tenant" values={run.tenantId === null ? [] : [run.tenantId]} filter="tenant" />
        <Names name="Service" values={run.service === null ? [] : [run.service]} />
        <Names name="Outcome" values={run.outcome === null ? [] : [run.outcome]} />
        {run.outcomeReason !== null && (
          <div>
            <dt>Outcome reason</dt>
            <dd>
              <Text>{run.outcomeReason}</Text>
            </dd>
          </div>
        )}
        {run.scores.length > 0 && (
          <div>
            <dt>Scores</dt>
            <dd>
              <ScoreList scores={run.scores} />
            </dd>
          </div>
        )}
        <div>
          <dt>Trace</dt>
          <dd>
            <code className="trace-id">{run.traceId}</code>
            <Copy text={run.traceId} label="Copy the trace ID" />
          </dd>
        </div>
      </dl>
    </section>
  )
}

function Figure(props: { name: string; note: string | null; bad?: boolean; children: ReactNode }) {
  return (
    <div className={props.bad === true ? 'bad' : undefined}>
      <dt>{props.name}</dt>
      <dd>
        <span className="value">{props.children}</span>
        {props.note !== null && <span className="note">{props.note}</span>}
      </dd>
    </div>
  )
}

interface NamesProps {
  readonly name: string
  readonly values: readonly string[]
  readonly failed?: readonly string[]
  readonly filter?: string
}

/** Names that took part; with `filter`, each leads to the runs it took part in. */
function Names({ name, values, failed = [], filter }: NamesProps) {
  if (values.length === 0) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {values.map((value) =>
          filter === undefined ? (
            <span key={value} className="tag">
              <Text>{value}</Text>
            </span>
          ) : (
            <Link
              key={value}
              to={`/?${new URLSearchParams({ [filter]: value })}`}
              className={failed.includes(value) ? 'tag bad' : 'tag'}
            >
              <Text>{value}</Text>
              {failed.includes(value) && <span className="unseen"> failed</span>}
            </Link>
          ),
        )}
      </dd>
    </div>
  )
}

/** What open calls hold. A call below a delegation or lease holds a part of that one's money, so only the outer counts. */
function heldNow(decisions: readonly Decision[]): number {
  const open = decisions.filter((one) => one.state === 'open')
  return open.reduce((sum, one) => sum + ((one.parentHoldId ?? null) === null ? one.heldUsd : 0), 0)
}

function costNote(run: Run): string | null {
  if (run.unpricedCalls > 0) return `+${count(run.unpricedCalls)} unpriced`
  return run.costUsd === null ? 'no price known' : null
}

function partOf(value: number | null, what: string): string | null {
  const shown = tokens(value)
  return value === null || value === 0 || shown === UNKNOWN ? null : `${shown} ${what}`
}
