import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react'
import type { Answer, Problem } from '../request.ts'
import { Text } from './text.tsx'

interface Props {
  /** What the button says. */
  readonly verb: string
  /** The question, after the verb. */
  readonly about: ReactNode
  /** What will happen. */
  readonly means: string
  /** @default true */
  readonly reasonRequired?: boolean
  /** Further fields, above the name. */
  readonly children?: ReactNode
  /** Does it. */
  readonly act: (told: Told, signal: AbortSignal) => Promise<Answer<unknown>>
  /** `changed` is true once the collector has answered that it is done. */
  readonly onClose: (changed: boolean) => void
}

/** For the audit: who did it, and why. */
export interface Told {
  readonly by: string
  readonly reason: string
}

/** The name that was given last stays in this tab. */
let lastName = ''

/** Asks once more before anything is changed, and for whom the audit shall name. */
export function ConfirmDialog({ verb, about, means, reasonRequired = true, children, act, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [by, setBy] = useState(lastName)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const changed = useRef(false)
  const leaving = useRef(new AbortController())
  useEffect(() => {
    dialog.current?.showModal()
    const { current } = leaving
    return () => current.abort()
  }, [])

  async function send(event: SubmitEvent) {
    event.preventDefault()
    setBusy(true)
    lastName = by.trim()
    const told = { reason: reason.trim(), by: lastName }
    const answer = await act(told, AbortSignal.timeout(10_000)).catch(() => null)
    if (leaving.current.signal.aborted) return
    setBusy(false)
    if (answer?.ok === true) {
      changed.current = true
      dialog.current?.close()
    } else setProblem(answer?.problem ?? SLOW)
  }

  return (
    <dialog ref={dialog} className="help confirm" aria-label={verb} onClose={() => onClose(changed.current)}>
      <form onSubmit={send}>
        <h2>
          {verb} {about}?
        </h2>
        <p>{means}</p>
        {children}
        <label>
          Your name
          <input
            required
            maxLength={120}
            autoComplete="name"
            value={by}
            onChange={(event) => setBy(event.target.value)}
          />
        </label>
        <label>
          {reasonRequired ? 'Reason' : 'Reason, if you like'}
          <input
            required={reasonRequired}
            maxLength={500}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {problem !== null && (
          <p className="bad" role="alert">
            <Text>{`${problem.message} ${problem.hint ?? ''}`}</Text>{' '}
            <code>
              <Text>{problem.code}</Text>
            </code>
          </p>
        )}
        <p className="confirm-row">
          <button type="submit" className="button primary" disabled={busy}>
            {verb}
          </button>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Leave as it is
          </button>
        </p>
      </form>
    </dialog>
  )
}

const SLOW: Problem = {
  status: 0,
  code: 'UNREACHABLE',
  message: 'The collector did not answer in time.',
  field: null,
  hint: 'Look at the list before you try again: it may have been done.',
  details: [],
}
