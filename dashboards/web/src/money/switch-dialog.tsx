import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import { setSwitch } from '../api.ts'
import type { Problem } from '../request.ts'
import { Text } from '../ui/text.tsx'

export interface Act {
  readonly act: 'hold' | 'free'
  readonly scope: string
  readonly name: string
}

interface Props {
  readonly act: Act
  /** `changed` is true once the collector has answered that it is done. */
  readonly onClose: (changed: boolean) => void
}

const MEANS = {
  hold: 'New calls are refused at once, and calls under way are told to stop. Only a person frees it again.',
  free: 'New calls are allowed again, as far as the budgets have room.',
} as const

/** Asks once more before anything is stopped or freed, and for whom the audit shall name. */
export function SwitchDialog({ act: { act, scope, name }, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [by, setBy] = useState('')
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
    const told = { reason: reason.trim(), by: by.trim() }
    const answer = await setSwitch(act, { scope, name }, told, AbortSignal.timeout(10_000)).catch(() => null)
    if (leaving.current.signal.aborted) return
    setBusy(false)
    if (answer?.ok === true) {
      changed.current = true
      dialog.current?.close()
    } else setProblem(answer?.problem ?? SLOW)
  }

  const verb = act === 'hold' ? 'Hold' : 'Free'
  return (
    <dialog ref={dialog} className="help confirm" aria-label={verb} onClose={() => onClose(changed.current)}>
      <form onSubmit={send}>
        <h2>
          {verb} <Text>{scope === 'global' ? 'everything' : `${scope} ${name}`}</Text>?
        </h2>
        <p>{MEANS[act]}</p>
        <label>
          Your name
          <input
            required
            maxLength={200}
            autoComplete="name"
            value={by}
            onChange={(event) => setBy(event.target.value)}
          />
        </label>
        <label>
          Reason
          <input
            required
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
}
