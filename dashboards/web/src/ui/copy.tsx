import { useState } from 'react'

interface Props {
  /** What goes to the clipboard. */
  readonly text: string | (() => string)
  /** What the button does, for people who cannot see it. */
  readonly label: string
  /** @default Copy */
  readonly children?: string
}

export function Copy({ text, label, children = 'Copy' }: Props) {
  const [done, setDone] = useState<'yes' | 'failed' | null>(null)
  async function copy() {
    const ok = await toClipboard(typeof text === 'string' ? text : text())
    setDone(ok ? 'yes' : 'failed')
    setTimeout(() => setDone(null), 1500)
  }
  const word = done === 'yes' ? 'Copied' : done === 'failed' ? 'Not copied' : children
  return (
    <button type="button" className="quiet" aria-label={`${label}${done === null ? '' : `: ${word}`}`} onClick={copy}>
      {word}
    </button>
  )
}

/** Browsers give the clipboard to secure pages only; a collector on another machine is reached by plain HTTP. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.style.position = 'fixed'
    field.style.opacity = '0'
    document.body.append(field)
    field.select()
    const ok = document.execCommand('copy')
    field.remove()
    return ok
  }
}
