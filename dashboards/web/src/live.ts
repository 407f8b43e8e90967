/** Which runs changed, told by the collector while the page is in view; asked for every few seconds where it cannot tell. */
import { useEffect, useEffectEvent, useState } from 'react'
import { createEventParser } from './events.ts'
import { requestHeaders } from './request.ts'

export type LiveState = 'connecting' | 'live' | 'polling' | 'off'

const POLL_MS = 4000

/**
 * Calls `onChange` with the trace IDs of runs that changed, or with null when any may have: after (re)connecting and, while
 * there is no connection, every few seconds. A page out of view is disconnected and catches up when it comes back.
 * With `askEveryMs` it is also called that often while connected, for what changes without a span.
 */
export function useLive(
  wanted: boolean,
  onChange: (traceIds: readonly string[] | null) => void,
  { askEveryMs }: { readonly askEveryMs?: number } = {},
): LiveState {
  const [state, setState] = useState<LiveState>('off')
  const inView = useInView()
  const changed = useEffectEvent(onChange)

  useEffect(() => {
    if (!wanted || !inView) {
      setState('off')
      return
    }
    const stop = new AbortController()
    setState('connecting')
    void follow(stop.signal, setState, changed)
    return () => stop.abort()
  }, [wanted, inView])

  useEffect(() => {
    if (!wanted || !inView || askEveryMs === undefined) return
    const timer = setInterval(() => changed(null), askEveryMs)
    return () => clearInterval(timer)
  }, [wanted, inView, askEveryMs])

  return state
}

async function follow(
  signal: AbortSignal,
  onState: (state: LiveState) => void,
  onChange: (traceIds: readonly string[] | null) => void,
): Promise<void> {
  while (!signal.aborted) {
    await listen(signal, onState, onChange)
    if (signal.aborted) return
    onState('polling')
    await pause(POLL_MS, signal)
    if (!signal.aborted) onChange(null)
  }
}

/** Resolves when the connection ends, for whatever reason. */
async function listen(
  signal: AbortSignal,
  onState: (state: LiveState) => void,
  onChange: (traceIds: readonly string[] | null) => void,
): Promise<void> {
  try {
    const response = await fetch('/api/runs/live', {
      signal,
      headers: requestHeaders('text/event-stream'),
      cache: 'no-store',
    })
    if (!response.ok || response.body === null) return
    onState('live')
    onChange(null)
    const parse = createEventParser(({ event, data }) => {
      if (event === 'runs') onChange(traceIdsOf(data))
    })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) parse(piece.value)
  } catch {
    // the caller tries again
  }
}

function traceIdsOf(data: string): readonly string[] | null {
  try {
    const { traceIds } = JSON.parse(data) as { traceIds?: unknown }
    return Array.isArray(traceIds) ? traceIds.filter((id) => typeof id === 'string') : null
  } catch {
    return null
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function useInView(): boolean {
  const [inView, setInView] = useState(() => !document.hidden)
  useEffect(() => {
    const look = () => setInView(!document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return inView
}
