import type { Attributes, Scope, SpanEvent, SpanLink } from '../span.ts'
import { type Id, noId } from './id.ts'
import type { RawSpan } from './raw.ts'
import { endNotes, type Notes, refuse, type Work, warn } from './work.ts'

/** What every span of one resource and scope shares. */
export interface Origin {
  readonly resource: Attributes
  readonly scope: Scope
  readonly notes: Notes
}

/** A span while it is being decoded, by whichever reader. */
export interface Draft {
  traceId: Id
  spanId: Id
  parentSpanId: Id
  name: string
  spanKind: number
  startNs: bigint
  endNs: bigint
  statusCode: number
  statusMessage: string
  readonly events: SpanEvent[]
  readonly links: SpanLink[]
}

export function openDraft(): Draft {
  return {
    traceId: noId,
    spanId: noId,
    parentSpanId: noId,
    name: '',
    spanKind: 0,
    startNs: 0n,
    endNs: 0n,
    statusCode: 0,
    statusMessage: '',
    events: [],
    links: [],
  }
}

/** The finished span, or null where its ids make it nobody's: then it is refused and counted. */
export function seal(work: Work, draft: Draft, attributes: Attributes, origin: Origin): RawSpan | null {
  const { traceId, spanId } = draft
  if (typeof traceId !== 'string') {
    refuse(work, `traceId ${traceId.fault}`)
    return null
  }
  if (typeof spanId !== 'string') {
    refuse(work, `spanId ${spanId.fault}`)
    return null
  }
  if (draft.startNs === 0n) warn(work, 'start_missing')
  const parentSpanId = parentOf(work, draft.parentSpanId)
  const { cut, warnings } = endNotes(work)
  return {
    traceId,
    spanId,
    parentSpanId,
    name: draft.name,
    spanKind: known(draft.spanKind, 5),
    startNs: draft.startNs,
    endNs: draft.endNs,
    statusCode: known(draft.statusCode, 2),
    statusMessage: draft.statusMessage,
    attributes,
    resource: origin.resource,
    scope: origin.scope,
    events: draft.events,
    links: draft.links,
    cut,
    warnings,
  }
}

/** Empty and all-zero parents are how exporters say "root"; anything else that is no id is noted. */
function parentOf(work: Work, id: Id): string | null {
  if (typeof id === 'string') return id
  if (id.fault !== 'is empty' && id.fault !== 'is all zeros') warn(work, 'bad_parent_id')
  return null
}

/** The enum's number, or 0 (unspecified, unset) for one that no version of OTLP has. */
function known(value: number, last: number): number {
  return value <= last ? value : 0
}
