import { createParser, type EventSourceMessage } from 'eventsource-parser'

export interface Event {
  readonly event: string | undefined
  readonly id: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test looks for
  readonly data: any
}

/** A stream of server-sent events, one at a time. */
export async function openEvents(url: string, headers: Record<string, string> = {}) {
  const stop = new AbortController()
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: stop.signal })
  if (!response.ok || response.body === null) throw new Error(`${response.status}: ${await response.text()}`)
  const waiting: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => void waiting.push(event) })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  return {
    async next(): Promise<Event> {
      while (waiting.length === 0) {
        const { done, value } = await reader.read()
        if (done) throw new Error('the stream ended')
        parser.feed(value)
      }
      const { event, id, data } = waiting.shift()!
      return { event, id, data: JSON.parse(data) as unknown }
    },
    close: () => stop.abort(),
  }
}
