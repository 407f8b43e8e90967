import { useMemo, useState } from 'react'
import type { Span } from '../api.ts'
import { plural } from '../format.ts'
import { Copy } from '../ui/copy.tsx'
import { LongText } from '../ui/long-text.tsx'
import { Text } from '../ui/text.tsx'
import { type Message, type Part, parseContent } from './messages.ts'

interface Props {
  readonly title?: string
  readonly text: string | null
  readonly mode: Span['contentMode']
  /** Bytes that are missing. */
  readonly cut: number | undefined
}

const MODE_WORDS = { none: 'not kept', hashed: 'hashed', redacted: 'redacted', full: null } as const

/** A text as messages where it is messages, as indented JSON where it is JSON, else as it is. Never as markup. */
export function ContentView({ title, text, mode, cut }: Props) {
  const content = useMemo(() => (text === null ? null : parseContent(text)), [text])
  const [raw, setRaw] = useState(false)
  if (text === null || content === null) return null
  const plain = raw || content.form !== 'messages'
  return (
    <section className="content" aria-label={title}>
      {title !== undefined && (
        <header>
          <h3>{title}</h3>
          {MODE_WORDS[mode] !== null && <span className="muted">{MODE_WORDS[mode]}</span>}
          <span className="grow" />
          {content.form === 'messages' && (
            <button type="button" className="quiet" aria-pressed={raw} onClick={() => setRaw(!raw)}>
              Raw
            </button>
          )}
          <Copy text={text} label={`Copy the ${title.toLowerCase()}`} />
        </header>
      )}
      {plain ? (
        <LongText text={content.form === 'messages' ? text : content.text} mono={content.form !== 'text'} />
      ) : (
        <ol className="messages">
          {content.messages.map((message, index) => (
            // messages have no id and never change places
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <MessageView key={index} message={message} />
          ))}
        </ol>
      )}
      {cut !== undefined && <p className="cut">{plural(cut, 'byte')} cut off here</p>}
    </section>
  )
}

const KNOWN_ROLES = new Set(['system', 'developer', 'user', 'assistant', 'model', 'tool'])

function MessageView({ message }: { message: Message }) {
  const role = KNOWN_ROLES.has(message.role) ? message.role : 'unknown'
  return (
    <li className={`message role-${role}`}>
      <span className="role">
        <Text>{message.role}</Text>
      </span>
      {message.parts.length === 0 && <span className="muted">empty</span>}
      {message.parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no id and never change places
        <PartView key={index} part={part} />
      ))}
    </li>
  )
}

function PartView({ part }: { part: Part }) {
  switch (part.type) {
    case 'text':
      return <LongText text={part.text} />
    case 'reasoning':
      return (
        <div className="part">
          <span className="part-name">reasoning</span>
          <LongText text={part.text} />
        </div>
      )
    case 'call':
    case 'result':
      return (
        <div className="part">
          <span className="part-name">
            {part.type === 'call' ? 'calls ' : 'result of '}
            <strong>
              <Text>{part.name ?? (part.type === 'call' ? 'a tool' : (part.id ?? 'a tool'))}</Text>
            </strong>
            {part.id !== null && part.name !== null && (
              <span className="muted">
                {' '}
                <Text>{part.id}</Text>
              </span>
            )}
          </span>
          {part.text !== '' && <LongText text={part.text} mono />}
        </div>
      )
    case 'media':
    case 'json':
      return (
        <div className="part">
          {part.type === 'media' && <span className="part-name">media, not loaded</span>}
          <LongText text={part.text} mono />
        </div>
      )
  }
}
