import type { ReactNode } from 'react'
import type { Span } from '../api.ts'
import { count, duration, money } from '../format.ts'
import { Copy } from '../ui/copy.tsx'
import { Text } from '../ui/text.tsx'
import { ScoreList } from './score-list.tsx'
import { modelOf } from './span-words.ts'
import type { Node, Tree } from './tree.ts'

const COST_WORDS = {
  reported: 'reported by the library',
  priced: 'priced from tokens',
  unpriced: 'no price is known',
} as const

interface Props {
  readonly node: Node
  readonly tree: Tree
  readonly onOpen: (id: string) => void
}

/** The span at a glance: who, what, how long, how much, how it ended. What is unknown takes no room. */
export function SpanFigures({ node, tree, onOpen }: Props) {
  const { span } = node
  const parent = span.parentSpanId === null ? undefined : tree.nodes.get(span.parentSpanId)
  return (
    <dl className="facts span-figures">
      <Words name="Agent" value={joined(span.agent, span.agentVersion)} />
      <Words name="Model" value={modelOf(span)} />
      {span.requestModel !== modelOf(span) && <Words name="Asked for" value={span.requestModel} />}
      <Words name="Provider" value={span.provider} />
      <Words name="Tool" value={span.toolName} />
      {(span.costSource !== null || span.costUsd !== null) && (
        <Fact name="Cost">
          <strong>{money(span.costUsd)}</strong>{' '}
          {span.costSource !== null && <span className="muted">{COST_WORDS[span.costSource]}</span>}
        </Fact>
      )}
      <Amount
        name="Tokens in"
        value={span.inputTokens}
        parts={[
          [span.cacheReadTokens, 'from cache'],
          [span.cacheWriteTokens, 'to cache'],
        ]}
      />
      <Amount name="Tokens out" value={span.outputTokens} parts={[[span.reasoningTokens, 'reasoning']]} />
      <Fact name="Duration">
        {duration(span.durationMs)}{' '}
        {!node.outOfTime && <span className="muted">from +{duration(Math.max(0, node.startMs))}</span>}
      </Fact>
      {span.ttftMs !== null && <Fact name="First token">{duration(span.ttftMs)}</Fact>}
      <Words name="Stop reason" value={span.stopReason} />
      <Words name="Finish reason" value={finish(span)} />
      {span.score !== null && <Fact name="Score">{Number(span.score.toPrecision(3))}</Fact>}
      {span.scores.length > 0 && (
        <Fact name="Scores">
          <ScoreList scores={span.scores} />
        </Fact>
      )}
      {span.parentSpanId !== null && (
        <Fact name="Parent">
          {parent === undefined ? (
            <>
              <code>{span.parentSpanId}</code> <span className="muted">not received</span>
            </>
          ) : (
            <button type="button" className="inline" onClick={() => onOpen(parent.span.spanId)}>
              <Text>{parent.span.name}</Text>
            </button>
          )}
        </Fact>
      )}
    </dl>
  )
}

/** Everything else that is known about the span. */
export function SpanDetails({ span }: { span: Span }) {
  return (
    <dl className="facts span-figures">
      <Fact name="Span ID">
        <code>{span.spanId}</code> <Copy text={span.spanId} label="Copy the span ID" />
      </Fact>
      <Fact name="Started">
        <code>{span.startTime}</code>
      </Fact>
      <Fact name="Status">{span.status}</Fact>
      <Words name="Operation" value={span.operation} />
      {span.streaming !== null && <Fact name="Streamed">{span.streaming ? 'yes' : 'no'}</Fact>}
      <Words name="Called by" value={span.parentAgent} />
      <Words name="Tool call" value={span.toolCallId} />
      <Words name="Response ID" value={span.responseId} />
      <Words name="Workflow" value={span.workflow} />
      <Words name="Service" value={span.service} />
      <Words name="Session" value={span.sessionId} />
      <Words name="User" value={span.userId} />
      <Words name="Tenant" value={span.tenantId} />
      <Words name="Prompt" value={joined(span.promptName, span.promptVersion)} />
      <Words name="Config" value={span.configVersion} />
      {span.tags.length > 0 && (
        <Fact name="Tags">
          {[...new Set(span.tags)].map((tag) => (
            <span className="tag" key={tag}>
              <Text>{tag}</Text>
            </span>
          ))}
        </Fact>
      )}
      {span.attempt !== null && <Fact name="Attempt">{count(span.attempt)}</Fact>}
      <Words name="Retry of" value={span.retryOf} />
      <Words name="Fallback of" value={span.fallbackOf} />
      {span.cacheHit !== null && <Fact name="Cache hit">{span.cacheHit ? 'yes' : 'no'}</Fact>}
      <Words name="Prices" value={span.priceVersion} />
      <Words name="Content" value={span.contentMode} />
      <Words name="Scope" value={joined(span.scope.name, span.scope.version)} />
      <Words name="Dialect" value={span.dialect} />
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Words({ name, value }: { name: string; value: string | null }) {
  if (value === null || value === '') return null
  return (
    <Fact name={name}>
      <Text>{value}</Text>
    </Fact>
  )
}

function Amount(props: { name: string; value: number | null; parts: readonly (readonly [number | null, string])[] }) {
  const told = props.parts.filter(([value]) => value !== null && value > 0)
  if (props.value === null && told.length === 0) return null
  return (
    <Fact name={props.name}>
      {count(props.value)}
      {told.map(([value, what]) => (
        <span className="muted" key={what}>
          {' · '}
          {count(value)} {what}
        </span>
      ))}
    </Fact>
  )
}

function finish(span: Span): string | null {
  const { finishReason, finishReasonRaw } = span
  if (finishReasonRaw === null || finishReasonRaw === finishReason) return finishReason
  return finishReason === null ? finishReasonRaw : `${finishReason} (${finishReasonRaw})`
}

function joined(name: string | null, version: string | null): string | null {
  return name === null || name === '' ? version : version === null || version === '' ? name : `${name} ${version}`
}
