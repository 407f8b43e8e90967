import type { AttributeValue, SpanLog } from '../span.ts'
import { type Bag, openBag } from './bag.ts'
import type { DecodedLogs } from './decoded.ts'
import { type Id, noId } from './id.ts'
import { refusals, refuse, type Work } from './work.ts'

/** A log record while it is being decoded, by whichever reader. */
export interface LogDraft {
  traceId: Id
  spanId: Id
  timeNs: bigint
  observedNs: bigint
  eventName: string
  body: AttributeValue
  readonly bag: Bag
}

export function openLogDraft(attributes: number): LogDraft {
  return {
    traceId: noId,
    spanId: noId,
    timeNs: 0n,
    observedNs: 0n,
    eventName: '',
    body: null,
    bag: openBag(attributes),
  }
}

/** Gathers the records of a request: those of a span are kept, those of none are counted. */
export function openLogs(work: Work): { add(draft: LogDraft): void; done(): DecodedLogs } {
  const logs: SpanLog[] = []
  let unbound = 0
  return {
    add(draft) {
      const { traceId, spanId } = draft
      if (typeof traceId === 'string' && typeof spanId === 'string') {
        logs.push(sealLog(draft, traceId, spanId))
      } else if (isAbsent(traceId) || isAbsent(spanId)) {
        unbound++
      } else {
        refuse(work, typeof traceId === 'string' ? `spanId ${faultOf(spanId)}` : `traceId ${faultOf(traceId)}`)
      }
    },
    done: () => ({ logs, unbound, rejected: refusals(work) }),
  }
}

/** Exporters say "no span" with an empty or an all-zero id. */
function isAbsent(id: Id): boolean {
  return typeof id !== 'string' && (id.fault === 'is empty' || id.fault === 'is all zeros')
}

function faultOf(id: Id): string {
  return typeof id === 'string' ? '' : id.fault
}

function sealLog(draft: LogDraft, traceId: string, spanId: string): SpanLog {
  const { body, bag } = draft
  const named = bag.values['event.name']
  return {
    traceId,
    spanId,
    timeNs: draft.timeNs || draft.observedNs,
    name: draft.eventName || (typeof named === 'string' ? named : ''),
    body: body === null || typeof body === 'string' ? body : JSON.stringify(body),
    attributes: bag.values,
    tenantId: null,
  }
}
