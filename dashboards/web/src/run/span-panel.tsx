/** One span in full: figures first, then what was said, then everything else that came with it. */
import { useState } from 'react'
import type { Decision } from '../api.ts'
import { duration, plural } from '../format.ts'
import { nanoseconds } from '../instant.ts'
import { DecisionList } from '../money/decision-list.tsx'
import { usePlace } from '../place.ts'
import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import { AttributeList } from './attribute-list.tsx'
import { ContentView } from './content-view.tsx'
import { FindingList } from './finding-list.tsx'
import { pretty } from './messages.ts'
import { Section } from './section.tsx'
import { SpanDetails, SpanFigures } from './span-figures.tsx'
import { flagsOf } from './span-words.ts'
import type { Node, Tree } from './tree.ts'

interface Props {
  readonly node: Node
  readonly tree: Tree
  /** What the gate answered, where it was asked for this span. */
  readonly decision: Decision | undefined
  readonly now: Date
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

export function SpanPanel({ node, tree, decision, now, onClose, onOpen }: Props) {
  const { span } = node
  const { path } = usePlace()
  return (
    <aside className="panel" aria-label="Span" data-span={span.spanId}>
      <header className="panel-head">
        <span className={`kind-tag k-${span.kind}`}>{span.kind}</span>
        <h2>
          <Text title>{span.name}</Text>
        </h2>
        <Copy text={() => `${location.origin}${path}?span=${span.spanId}`} label="Copy link to this span">
          Copy link
        </Copy>
        <button type="button" className="quiet" onClick={onClose}>
          <span aria-hidden="true">✕</span>
          <span className="unseen">Close the span</span>
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
      <section className="panel-body" data-scrolls tabIndex={0} aria-label="Span details">
        <Failure node={node} />
        <Oddities node={node} />
        <SpanFigures node={node} tree={tree} onOpen={onOpen} />
        {decision !== undefined && <DecisionList decisions={[decision]} now={now} />}
        <FindingList findings={span.findings ?? []} />
        <ContentView title="Input" text={span.input} mode={span.contentMode} cut={span.cut.input} />
        <ContentView title="Output" text={span.output} mode={span.contentMode} cut={span.cut.output} />
        <ContentView title="Tool arguments" text={span.toolArgs} mode={span.contentMode} cut={span.cut.toolArgs} />
        {span.retrieval !== null && (
          <>
            <ContentView title="Query" text={span.retrieval.query} mode={span.contentMode} cut={undefined} />
            {span.retrieval.documents !== null && (
              <ContentView
                title={span.retrieval.topK === null ? 'Documents' : `Documents (top ${span.retrieval.topK})`}
                text={pretty(span.retrieval.documents)}
                mode={span.contentMode}
                cut={undefined}
              />
            )}
          </>
        )}
        <Section title="Details" open>
          <SpanDetails span={span} />
        </Section>
        <AttributeList title="Attributes" attributes={span.attributes} open />
        {span.events.length > 0 && (
          <Section title={plural(span.events.length, 'event')} open>
            {span.events.map((event, index) => (
              // events have no id, may be equal, and never change places
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <div className="event" key={index}>
                <p>
                  <strong>
                    <Text>{event.name}</Text>
                  </strong>{' '}
                  <span className="muted num">{sinceStart(span.startTime, event.time)}</span>
                </p>
                <AttributeList attributes={event.attributes} />
              </div>
            ))}
          </Section>
        )}
        {span.links.length > 0 && (
          <Section title={plural(span.links.length, 'link')} open>
            {span.links.map((link) => (
              <div className="event" key={`${link.traceId}${link.spanId}`}>
                <Link
                  className="mono"
                  to={`/runs/${encodeURIComponent(link.traceId)}?span=${encodeURIComponent(link.spanId)}`}
                >
                  {link.traceId} / {link.spanId}
                </Link>
                <AttributeList attributes={link.attributes} />
              </div>
            ))}
          </Section>
        )}
        <AttributeList title="Resource" attributes={span.resource} />
        <Section title="Raw span">
          <Raw node={node} />
        </Section>
      </section>
    </aside>
  )
}

function Failure({ node }: { node: Node }) {
  const { span } = node
  if (span.status !== 'error') return null
  return (
    <div className="failure">
      <strong>
        <Text>{span.errorType ?? 'Error'}</Text>
      </strong>
      {span.statusMessage !== null && (
        <p>
          <Text>{span.statusMessage}</Text>
        </p>
      )}
    </div>
  )
}

/** Where the tree is odd, what was mended, what was cut: said, never hidden. */
function Oddities({ node }: { node: Node }) {
  const { span } = node
  const lines = [
    ...flagsOf(node).map((flag) => flag.why),
    ...span.warnings.map((warning) => `Mended: ${warning}`),
    ...Object.entries(span.cut).map(([what, amount]) =>
      what === 'input' || what === 'output' ? `Cut: ${plural(amount, 'byte')} of ${what}` : `Cut: ${amount} ${what}`,
    ),
  ]
  if (!span.counted && (span.inputTokens !== null || span.costUsd !== null)) {
    lines.push('Not in the sums: another span tells the same usage')
  }
  if (lines.length === 0) return null
  return (
    <ul className="oddities" aria-label="Notes on this span">
      {lines.map((line) => (
        <li key={line}>
          <Text>{line}</Text>
        </li>
      ))}
    </ul>
  )
}

function Raw({ node }: { node: Node }) {
  const [text] = useState(() => JSON.stringify(node.span, null, 2))
  return (
    <>
      <Copy text={text} label="Copy JSON of the span">
        Copy JSON
      </Copy>
      <ContentView text={text} mode="full" cut={undefined} />
    </>
  )
}

/** An event's time after its span's start. */
function sinceStart(start: string, event: string): string {
  const from = nanoseconds(start)
  const to = nanoseconds(event)
  if (from === null || to === null) return event
  const ms = Number(to - from) / 1e6
  return ms < 0 ? `−${duration(-ms)}` : `+${duration(ms)}`
}
