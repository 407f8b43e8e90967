import { useMemo } from 'react'
import type { Span } from '../api.ts'
import { duration, money, tokens, UNKNOWN } from '../format.ts'
import { usePlace } from '../place.ts'
import { parseContent, pretty } from '../run/messages.ts'
import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import type { Step } from './align.ts'
import { TEXTS } from './difference.ts'
import { TextDifference } from './text-difference.tsx'

const FACTS: readonly (readonly [name: string, read: (span: Span) => string | null])[] = [
  ['Status', ({ status, stopReason, finishReason }) => stopReason ?? finishReason ?? status],
  ['Model', ({ responseModel, requestModel }) => responseModel ?? requestModel],
  ['Agent', ({ agent }) => agent],
  ['Duration', ({ durationMs }) => duration(durationMs)],
  ['Tokens in', ({ inputTokens }) => (inputTokens === null ? null : tokens(inputTokens))],
  ['Tokens out', ({ outputTokens }) => (outputTokens === null ? null : tokens(outputTokens))],
  ['Cost', ({ costUsd }) => (costUsd === null ? null : money(costUsd))],
  ['Prompt version', ({ promptVersion }) => promptVersion],
  ['Config version', ({ configVersion }) => configVersion],
]

/** One step of both runs in full: figures side by side, then texts with what was taken away and what came. */
export function ComparePanel({ step: { a, b }, onClose }: { step: Step; onClose: () => void }) {
  const { path, search } = usePlace()
  const span = (a ?? b)!.span
  return (
    <aside className="panel" aria-label="Step">
      <header className="panel-head">
        <span className={`kind-tag k-${span.kind}`}>{span.kind}</span>
        <h2>
          <Text title>{span.name}</Text>
        </h2>
        <Copy text={() => `${location.origin}${path}?${search}`} label="Copy link to this step">
          Copy link
        </Copy>
        <button type="button" className="quiet" onClick={onClose}>
          <span aria-hidden="true">✕</span>
          <span className="unseen">Close the step</span>
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
      <section className="panel-body" data-scrolls tabIndex={0} aria-label="Step details">
        <table className="plain step-facts">
          <thead>
            <tr>
              <td />
              <th scope="col">
                <Side name="A" span={a?.span} />
              </th>
              <th scope="col">
                <Side name="B" span={b?.span} />
              </th>
            </tr>
          </thead>
          <tbody>
            {FACTS.map(([name, read]) => {
              const [one, other] = [a, b].map((node) => (node === null ? null : read(node.span)))
              if (one == null && other == null) return null
              return (
                <tr key={name} className={one === other ? undefined : 'differs'}>
                  <th scope="row">{name}</th>
                  <td>
                    <Text>{one ?? UNKNOWN}</Text>
                  </td>
                  <td>
                    <Text>{other ?? UNKNOWN}</Text>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
        {TEXTS.map(([name, read]) => (
          <Texts key={name} name={name} a={a === null ? null : read(a.span)} b={b === null ? null : read(b.span)} />
        ))}
      </section>
    </aside>
  )
}

function Side({ name, span }: { name: 'A' | 'B'; span: Span | undefined }) {
  const side = <span className={name === 'A' ? 'side a' : 'side b'}>{name}</span>
  if (span === undefined) return <>{side} not there</>
  return (
    <Link to={`/runs/${encodeURIComponent(span.traceId)}?span=${encodeURIComponent(span.spanId)}`}>
      {side} open in its run
    </Link>
  )
}

function Texts({ name, a, b }: { name: string; a: string | null; b: string | null }) {
  const [one, other] = useMemo(() => [readable(a), readable(b)], [a, b])
  if (one === '' && other === '') return null
  return (
    <section className="content" aria-label={name}>
      <header>
        <h3>{name}</h3>
        {a === b && <span className="muted">the same</span>}
      </header>
      <TextDifference a={one} b={other} />
    </section>
  )
}

/** Messages as `role: text`, JSON indented: so that what differs is words and not punctuation. */
function readable(text: string | null): string {
  if (text === null) return ''
  const content = parseContent(text)
  if (content.form !== 'messages') return content.text
  return content.messages
    .map(({ role, parts }) => {
      const said = parts.map((part) => ('name' in part ? `${part.type} ${part.name ?? ''} ${part.text}` : part.text))
      return `${role}: ${pretty(said.join('\n'))}`
    })
    .join('\n\n')
}
