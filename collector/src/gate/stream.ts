/** `GET /v1/gate/stream`: switches, the version of the rules and people's words, as server-sent events. A listener is never waited for. */
import { randomBytes } from 'node:crypto'
import type { Switch, SwitchEvent } from '@outrider/policies'
import type { FastifyReply } from 'fastify'
import type { Approval, SwitchChange } from '../ledger/ledger.ts'
import { questionOf } from './approval.ts'
import { isVisible, switchEvent } from './wire-switch.ts'

export interface StreamParts {
  switches(): readonly Switch[]
  onSwitch(listener: (change: SwitchChange) => void): () => void
  /** The version of the rules in force. */
  version(): string
  onVersion(listener: (version: string) => void): () => void
}

export interface StreamSettings {
  /** Events that a listener may have missed and still gets one by one. @default 1000 */
  readonly remember?: number
  /** Bytes that a listener may leave untaken before it is cut off: it comes back and is told anew. @default 1 MiB */
  readonly backlogBytes?: number
}

type Entry = { readonly seq: number } & (
  | { readonly event: 'switch'; readonly change: SwitchChange; readonly data: SwitchEvent }
  | { readonly event: 'policy'; readonly data: { readonly version: string } }
  | { readonly event: 'approval'; readonly tenantId: string | null; readonly data: ApprovalEvent }
)

/** A question, or the word on it; what it is about has `GET /v1/gate/approvals/{id}`. */
interface ApprovalEvent {
  readonly id: string
  readonly state: Approval['state']
  readonly traceId: string
  readonly expiresAt: string
}

export interface Stream {
  /** Answers until the listener goes away or `stop` aborts. */
  answer(reply: FastifyReply, tenant: string | null, lastEventId: string | undefined, stop: AbortSignal): Promise<void>
  /** That a person is asked, or has decided. */
  approval(approval: Approval): void
  readonly listeners: () => number
  close(): void
}

export function createStream(parts: StreamParts, settings: StreamSettings = {}): Stream {
  const { remember = 1000, backlogBytes = 1 << 20 } = settings
  /** IDs of another process mean nothing here. */
  const epoch = randomBytes(6).toString('hex')
  const recent: Entry[] = []
  let seq = 0
  const listeners = new Set<(entry: Entry) => void>()

  function tell(entry: Entry): void {
    recent.push(entry)
    if (recent.length > remember) recent.shift()
    for (const listener of listeners) listener(entry)
  }
  const quiet = [
    parts.onSwitch((change) => tell({ seq: ++seq, event: 'switch', change, data: switchEvent(change) })),
    parts.onVersion((version) => tell({ seq: ++seq, event: 'policy', data: { version } })),
  ]

  /** What was missed since that event; null when that is not known any more. */
  function missed(lastEventId: string | undefined): readonly Entry[] | null {
    const [from, digits] = lastEventId?.split('-') ?? []
    const last = Number(digits)
    if (from !== epoch || !Number.isInteger(last) || last > seq) return null
    const first = recent[0]?.seq ?? seq + 1
    return last + 1 < first ? null : recent.filter((entry) => entry.seq > last)
  }

  const isFor = (entry: Entry, tenant: string | null): boolean => {
    if (entry.event === 'policy') return true
    if (entry.event === 'switch') return isVisible(entry.change, tenant)
    return tenant === null || entry.tenantId === tenant
  }

  return {
    approval(approval) {
      const { id, state, tenantId } = approval
      const { traceId } = questionOf(approval).memo
      const data = { id, state, traceId, expiresAt: new Date(approval.expiresAt).toISOString() }
      tell({ seq: ++seq, event: 'approval', tenantId, data })
    },
    listeners: () => listeners.size,
    close() {
      for (const stop of quiet) stop()
    },
    async answer(reply, tenant, lastEventId, stop) {
      const { sse, raw } = reply
      const closed = new Promise<void>((resolve) => sse.onClose(resolve))
      const id = (at: number) => `${epoch}-${at}`
      const send = (event: string, data: unknown, at?: number) => {
        if (raw.writableLength > backlogBytes) return raw.destroy()
        void sse.send({ event, data, ...(at === undefined ? {} : { id: id(at) }) }).catch(() => {})
      }
      const pass = (entry: Entry) => {
        if (isFor(entry, tenant)) send(entry.event, entry.data, entry.seq)
      }
      sse.sendHeaders()
      const since = missed(lastEventId)
      const first = { version: parts.version(), resumed: since !== null }
      if (since === null) {
        const stand = parts.switches().filter((stop) => isVisible(stop, tenant))
        // only the last of the list has an ID: who heard half of it is told all of it again
        send('policy', first, stand.length === 0 ? seq : undefined)
        stand.forEach((stop, index) => {
          send('switch', switchEvent({ ...stop, freed: false }), index === stand.length - 1 ? seq : undefined)
        })
      } else {
        send('policy', first)
        for (const entry of since) pass(entry)
      }
      listeners.add(pass)
      const end = () => sse.close()
      stop.addEventListener('abort', end, { once: true })
      if (stop.aborted) end()
      await closed
      stop.removeEventListener('abort', end)
      listeners.delete(pass)
    },
  }
}
