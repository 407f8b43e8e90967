import { useMemo, useState } from 'react'
import type { Attributes } from '../api.ts'
import { Copy } from '../ui/copy.tsx'
import { LongText } from '../ui/long-text.tsx'
import { Text } from '../ui/text.tsx'
import { pretty } from './messages.ts'
import { Section } from './section.tsx'

const WORTH_SEARCHING = 8

interface Props {
  /** Makes it a part that folds away. */
  readonly title?: string
  readonly attributes: Attributes
  readonly open?: boolean
}

/** Keys and values as they came, in the order of the alphabet. */
export function AttributeList({ title, attributes, open = false }: Props) {
  const all = useMemo(
    () =>
      Object.entries(attributes)
        .map(([key, value]) => ({ key, text: pretty(value) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    [attributes],
  )
  const [query, setQuery] = useState('')
  if (all.length === 0) return null
  const wanted = query.trim().toLowerCase()
  const shown = all.filter(({ key, text }) => key.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted))
  const list = (
    <dl className="attributes">
      {shown.map(({ key, text }) => (
        <div key={key}>
          <dt>
            <Text>{key}</Text>
          </dt>
          <dd>{text.length < 200 && !text.includes('\n') ? <Text>{text}</Text> : <LongText text={text} mono />}</dd>
        </div>
      ))}
    </dl>
  )
  if (title === undefined) return list
  return (
    <Section
      title={
        <>
          {title} <span className="muted">{all.length}</span>
        </>
      }
      open={open}
    >
      <div className="section-tools">
        {all.length >= WORTH_SEARCHING && (
          <input
            type="search"
            aria-label={`Search ${title.toLowerCase()}`}
            placeholder="Search keys and values"
            spellCheck={false}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        )}
        <span className="grow" />
        <Copy text={() => JSON.stringify(attributes, null, 2)} label={`Copy JSON of the ${title.toLowerCase()}`}>
          Copy JSON
        </Copy>
      </div>
      {shown.length === 0 ? <p className="muted">Nothing fits.</p> : list}
    </Section>
  )
}
