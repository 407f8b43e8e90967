'use client'

import { useActionState } from 'react'
import { answer } from './actions'

export default function Page() {
  const [text, submit, pending] = useActionState(answer, '')
  return (
    <form action={submit}>
      <input name="question" defaultValue="Where is my order?" />
      <button type="submit" disabled={pending}>
        Ask
      </button>
      <p>{text}</p>
    </form>
  )
}
