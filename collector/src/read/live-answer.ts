/** `GET /api/runs/live`: which runs have just changed, as server-sent events. A reader is told, never waited for. */
import type { FastifyReply } from 'fastify'

export interface LiveSettings {
  /** At most one event in this time. @default 1000 */
  readonly everyMs: number
  /** A reader that takes nothing for so many turns of `everyMs` is cut off. @default 30 */
  readonly patience: number
  /** A reader that owes more trace IDs than this is cut off. @default 20_000 */
  readonly backlog: number
}

export const liveDefaults: LiveSettings = { everyMs: 1000, patience: 30, backlog: 20_000 }

/**
 * Answers until the reader goes away or `stop` aborts. The first change is told at once, the next ones together; what a
 * slow reader has not yet taken is joined into one event.
 */
export async function answerLive(
  reply: FastifyReply,
  subscribe: (listener: (traceIds: readonly string[]) => void) => () => void,
  stop: AbortSignal,
  { everyMs, patience, backlog }: LiveSettings,
): Promise<void> {
  const { sse, raw } = reply
  const closed = new Promise<void>((resolve) => sse.onClose(resolve))
  const waiting = new Set<string>()
  let turn: NodeJS.Timeout | undefined
  let stuck = 0

  const tell = () => {
    turn = undefined
    if (waiting.size === 0) return
    if (raw.writableNeedDrain) {
      stuck += 1
      if (stuck > patience) return raw.destroy()
    } else {
      stuck = 0
      // resolves or not with the reader's pace, which is looked at above; a reader that is gone has closed
      void sse.send({ event: 'runs', data: { traceIds: [...waiting] } }).catch(() => {})
      waiting.clear()
    }
    turn = setTimeout(tell, everyMs)
  }

  sse.sendHeaders()
  raw.write(': connected\n\n')
  const unsubscribe = subscribe((traceIds) => {
    for (const id of traceIds) waiting.add(id)
    if (waiting.size > backlog) raw.destroy()
    else if (turn === undefined) tell()
  })
  const end = () => sse.close()
  stop.addEventListener('abort', end, { once: true })
  if (stop.aborted) end()
  await closed
  stop.removeEventListener('abort', end)
  unsubscribe()
  clearTimeout(turn)
}
