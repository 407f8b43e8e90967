import { type SubmitEvent, useState } from 'react'
import { keepKey } from '../key.ts'
import type { Problem } from '../request.ts'
import { Text } from './text.tsx'

/** What went wrong, in the collector's own words, and the way on: a key where one is wanted, another try otherwise. */
export function ProblemNotice({ problem, again }: { problem: Problem; again: () => void }) {
  // a key that may not see this can be changed for one that may
  if (problem.status === 401 || problem.code === 'OUT_SCOPE_MISSING')
    return <KeyPrompt problem={problem} again={again} />
  return (
    <div className="notice" role="alert">
      <h2>
        <Text>{problem.message}</Text>
      </h2>
      {problem.hint !== null && (
        <p>
          <Text>{problem.hint}</Text>
        </p>
      )}
      <p className="muted">
        <code>
          <Text>{problem.field === null ? problem.code : `${problem.code} (${problem.field})`}</Text>
        </code>
      </p>
      <button type="button" className="button" onClick={again}>
        Try again
      </button>
    </div>
  )
}

function KeyPrompt({ problem, again }: { problem: Problem; again: () => void }) {
  const [key, setKey] = useState('')
  function keep(event: SubmitEvent) {
    event.preventDefault()
    if (key.trim() === '') return
    keepKey(key.trim())
    again()
  }
  return (
    <form className="notice" onSubmit={keep}>
      <h2>This collector asks for {problem.status === 401 ? 'a key' : 'another key'}</h2>
      <p>
        <Text>{problem.message}</Text> Use one with the scope{' '}
        <code>{problem.status === 401 ? 'read' : (problem.field ?? 'admin')}</code>. It stays in this tab and is
        forgotten when the tab closes.
      </p>
      <div className="notice-row">
        <input
          type="password"
          aria-label="API key"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <button type="submit" className="button primary">
          Use key
        </button>
      </div>
      <p className="muted">
        <code>{problem.code}</code>
      </p>
    </form>
  )
}
