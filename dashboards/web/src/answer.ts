/** A question to the collector and its latest answer, asked again on demand but never faster than it can be answered. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Answer, Problem } from './request.ts'

export interface Asked<T> {
  /** The last good answer, kept while the next one is on its way and when asking again failed. */
  readonly value: T | null
  readonly problem: Problem | null
  /** True while `value` belongs to an earlier question. */
  readonly stale: boolean
  /** Asks again soon. Many calls become one question. */
  readonly again: () => void
}

const GAP_MS = 800

/** Asks whenever `question` changes. An answer to an older question is dropped. */
export function useAnswer<T>(question: string, ask: (signal: AbortSignal) => Promise<Answer<T>>): Asked<T> {
  const [held, setHeld] = useState<{ question: string; value: T | null; problem: Problem | null }>({
    question: '',
    value: null,
    problem: null,
  })
  const wake = useRef<() => void>(() => {})
  const askNow = useEffectEvent(ask)

  useEffect(() => {
    const stop = new AbortController()
    let busy = false
    let due = false
    let notBefore = 0
    let timer: ReturnType<typeof setTimeout> | undefined

    async function run() {
      busy = true
      due = false
      const started = performance.now()
      const answer = await askNow(stop.signal).catch(() => null)
      if (stop.signal.aborted || answer === null) return
      busy = false
      const now = performance.now()
      notBefore = now + Math.max(GAP_MS, 2 * (now - started))
      setHeld((before) => ({
        question,
        value: answer.ok ? answer.value : before.question === question ? before.value : null,
        problem: answer.ok ? null : answer.problem,
      }))
      if (due) schedule()
    }

    function schedule() {
      due = true
      if (busy) return
      clearTimeout(timer)
      timer = setTimeout(run, Math.max(0, notBefore - performance.now()))
    }

    wake.current = schedule
    void run()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [question])

  const again = useCallback(() => wake.current(), [])
  return { value: held.value, problem: held.problem, stale: held.question !== question, again }
}
