import { useState } from 'react'
import { count } from '../format.ts'
import { visible } from '../visible.ts'

/** A text of any length, the first part at once and the rest on demand. Always a text node. */
export function LongText({ text, mono = false }: { text: string; mono?: boolean }) {
  const [all, setAll] = useState(false)
  const cut = !all && text.length > 6000
  return (
    <>
      <pre className={mono ? 'long mono' : 'long'} dir="auto">
        {visible(cut ? text.slice(0, 4000) : text)}
      </pre>
      {cut && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          Show all {count(text.length)} characters
        </button>
      )}
    </>
  )
}
