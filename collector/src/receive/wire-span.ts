import type { SpanEvent, SpanLink } from '../span.ts'
import { openBag } from './bag.ts'
import { type Draft, openDraft, seal } from './draft.ts'
import { type Id, noId, spanIdBytes, traceIdBytes } from './id.ts'
import type { RawSpan } from './raw.ts'
import { storableNs } from './time.ts'
import { closeMessage, readEnd, readFixed64, readId, readTag, readText, skip, type Wire } from './wire.ts'
import type { Place } from './wire-scopes.ts'
import { readKeyValue } from './wire-value.ts'
import { beginNotes, cut, spend, weight } from './work.ts'

/** Reads the span at `place`; null where it was refused. */
export function readSpan(wire: Wire, { origin, at, outerEnd }: Place): RawSpan | null {
  const { reader, work } = wire
  const { limits } = work
  beginNotes(work, origin.notes)
  reader.pos = at
  const end = readEnd(wire, outerEnd)
  const draft = openDraft()
  const bag = openBag(limits.attributes)
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        draft.traceId = readId(wire, end, traceIdBytes)
        break
      case 0x12:
        draft.spanId = readId(wire, end, spanIdBytes)
        break
      case 0x22:
        draft.parentSpanId = readId(wire, end, spanIdBytes)
        break
      case 0x2a:
        draft.name = readText(wire, end, limits.stringBytes)
        break
      case 0x30:
        draft.spanKind = reader.readVarint()
        break
      case 0x39:
        draft.startNs = storableNs(work, 'start', readFixed64(wire))
        break
      case 0x41:
        draft.endNs = storableNs(work, 'end', readFixed64(wire))
        break
      case 0x4a:
        readKeyValue(wire, end, bag)
        break
      case 0x50:
        cut(work, 'attributes', reader.readVarint())
        break
      case 0x5a:
        spend(work, weight.event)
        if (draft.events.length < limits.events) draft.events.push(readEvent(wire, end))
        else drop(wire, tag, 'events')
        break
      case 0x60:
        cut(work, 'events', reader.readVarint())
        break
      case 0x6a:
        spend(work, weight.link)
        if (draft.links.length < limits.links) readLink(wire, end, draft.links)
        else drop(wire, tag, 'links')
        break
      case 0x70:
        cut(work, 'links', reader.readVarint())
        break
      case 0x7a:
        readStatus(wire, end, draft)
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  return seal(work, draft, bag.values, origin)
}

function drop(wire: Wire, tag: number, what: 'events' | 'links'): void {
  cut(wire.work, what, 1)
  skip(wire, tag)
}

function readEvent(wire: Wire, outerEnd: number): SpanEvent {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  const bag = openBag(work.limits.attributes)
  let timeNs = 0n
  let name = ''
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x09:
        timeNs = storableNs(work, 'event', readFixed64(wire))
        break
      case 0x12:
        name = readText(wire, end, work.limits.stringBytes)
        break
      case 0x1a:
        readKeyValue(wire, end, bag)
        break
      case 0x20:
        cut(work, 'attributes', reader.readVarint())
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  return { timeNs, name, attributes: bag.values }
}

/** A link whose ids name nothing is cut and counted. */
function readLink(wire: Wire, outerEnd: number, into: SpanLink[]): void {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  const bag = openBag(work.limits.attributes)
  let traceId: Id = noId
  let spanId: Id = noId
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        traceId = readId(wire, end, traceIdBytes)
        break
      case 0x12:
        spanId = readId(wire, end, spanIdBytes)
        break
      case 0x22:
        readKeyValue(wire, end, bag)
        break
      case 0x28:
        cut(work, 'attributes', reader.readVarint())
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  if (typeof traceId === 'string' && typeof spanId === 'string') into.push({ traceId, spanId, attributes: bag.values })
  else cut(work, 'links', 1)
}

function readStatus(wire: Wire, outerEnd: number, draft: Draft): void {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x12:
        draft.statusMessage = readText(wire, end, work.limits.stringBytes)
        break
      case 0x18:
        draft.statusCode = reader.readVarint()
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
}
