import { spanIdBytes, traceIdBytes } from './id.ts'
import { type LogDraft, openLogDraft } from './log-draft.ts'
import { storableNs } from './time.ts'
import { closeMessage, readEnd, readFixed64, readId, readTag, readText, skip, type Wire } from './wire.ts'
import type { Place } from './wire-scopes.ts'
import { readKeyValue, readValue } from './wire-value.ts'
import { beginNotes, noNotes } from './work.ts'

export function readLog(wire: Wire, { at, outerEnd }: Place): LogDraft {
  const { reader, work } = wire
  const { limits } = work
  beginNotes(work, noNotes)
  reader.pos = at
  const end = readEnd(wire, outerEnd)
  const draft = openLogDraft(limits.attributes)
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x09:
        draft.timeNs = storableNs(work, 'log', readFixed64(wire))
        break
      case 0x2a:
        draft.body = readValue(wire, end, 1, limits.messageBytes)
        break
      case 0x32:
        readKeyValue(wire, end, draft.bag)
        break
      case 0x4a:
        draft.traceId = readId(wire, end, traceIdBytes)
        break
      case 0x52:
        draft.spanId = readId(wire, end, spanIdBytes)
        break
      case 0x59:
        draft.observedNs = storableNs(work, 'log', readFixed64(wire))
        break
      case 0x62:
        draft.eventName = readText(wire, end, limits.stringBytes)
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  return draft
}
