import { useEffect, useState } from 'react'

/** The present, moving on every `everyMs` so that "running" turns into "incomplete" without a reload. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
