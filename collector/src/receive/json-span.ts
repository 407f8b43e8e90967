import type { SpanEvent, SpanLink } from '../span.ts'
import { openBag } from './bag.ts'
import { type Draft, type Origin, openDraft, seal } from './draft.ts'
import { idFromText, spanIdBytes, traceIdBytes } from './id.ts'
import { isObject, type JsonObject } from './json-text.ts'
import { countOf, listOf, readAttributes, textOf } from './json-value.ts'
import type { RawSpan } from './raw.ts'
import { nsFromJson } from './time.ts'
import { beginNotes, cut, refuse, spend, type Work, weight } from './work.ts'

const kinds = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
]
const statuses = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR']

/** Reads one span; null where it was refused. */
export function readJsonSpan(work: Work, sent: unknown, origin: Origin): RawSpan | null {
  const { limits } = work
  beginNotes(work, origin.notes)
  if (!isObject(sent)) {
    refuse(work, 'span is not an object')
    return null
  }
  const draft = openDraft()
  const bag = openBag(limits.attributes)
  draft.traceId = idFromText(sent.traceId, traceIdBytes)
  draft.spanId = idFromText(sent.spanId, spanIdBytes)
  draft.parentSpanId = idFromText(sent.parentSpanId, spanIdBytes)
  draft.name = textOf(work, 'name', sent.name, limits.stringBytes)
  draft.spanKind = enumOf(sent.kind, kinds)
  draft.startNs = nsFromJson(work, 'start', sent.startTimeUnixNano)
  draft.endNs = nsFromJson(work, 'end', sent.endTimeUnixNano)
  readAttributes(work, sent.attributes, bag)
  cut(work, 'attributes', countOf(sent.droppedAttributesCount))
  readEvents(work, sent, draft.events)
  readLinks(work, sent, draft.links)
  readStatus(work, sent.status, draft)
  return seal(work, draft, bag.values, origin)
}

function readEvents(work: Work, span: JsonObject, into: SpanEvent[]): void {
  const { limits } = work
  const sent = listOf(work, 'events', span.events)
  spend(work, sent.length * weight.event)
  cut(work, 'events', sent.length - limits.events)
  cut(work, 'events', countOf(span.droppedEventsCount))
  for (const event of sent.slice(0, limits.events)) {
    if (!isObject(event)) {
      cut(work, 'events', 1)
      continue
    }
    const bag = openBag(limits.attributes)
    const timeNs = nsFromJson(work, 'event', event.timeUnixNano)
    const name = textOf(work, 'name', event.name, limits.stringBytes)
    readAttributes(work, event.attributes, bag)
    cut(work, 'attributes', countOf(event.droppedAttributesCount))
    into.push({ timeNs, name, attributes: bag.values })
  }
}

/** A link whose ids name nothing is cut and counted. */
function readLinks(work: Work, span: JsonObject, into: SpanLink[]): void {
  const { limits } = work
  const sent = listOf(work, 'links', span.links)
  spend(work, sent.length * weight.link)
  cut(work, 'links', countOf(span.droppedLinksCount))
  for (const link of sent) {
    const read = isObject(link) && into.length < limits.links ? readLink(work, link) : null
    if (read === null) cut(work, 'links', 1)
    else into.push(read)
  }
}

function readLink(work: Work, sent: JsonObject): SpanLink | null {
  const bag = openBag(work.limits.attributes)
  const traceId = idFromText(sent.traceId, traceIdBytes)
  const spanId = idFromText(sent.spanId, spanIdBytes)
  readAttributes(work, sent.attributes, bag)
  cut(work, 'attributes', countOf(sent.droppedAttributesCount))
  return typeof traceId === 'string' && typeof spanId === 'string' ? { traceId, spanId, attributes: bag.values } : null
}

function readStatus(work: Work, sent: unknown, draft: Draft): void {
  if (!isObject(sent)) return
  draft.statusCode = enumOf(sent.code, statuses)
  draft.statusMessage = textOf(work, 'status.message', sent.message, work.limits.stringBytes)
}

/** OTLP's JSON has enums as integers; proto3's own has names. 0 for what is neither. */
function enumOf(sent: unknown, names: readonly string[]): number {
  if (typeof sent === 'number') return Number.isInteger(sent) && sent >= 0 ? sent : 0
  return typeof sent === 'string' ? Math.max(0, names.indexOf(sent)) : 0
}
