import { idFromText, spanIdBytes, traceIdBytes } from './id.ts'
import type { JsonObject } from './json-text.ts'
import { readAttributes, readJsonValue, textOf } from './json-value.ts'
import { type LogDraft, openLogDraft } from './log-draft.ts'
import { nsFromJson } from './time.ts'
import { beginNotes, noNotes, type Work } from './work.ts'

export function readJsonLog(work: Work, sent: JsonObject): LogDraft {
  const { limits } = work
  beginNotes(work, noNotes)
  const draft = openLogDraft(limits.attributes)
  draft.traceId = idFromText(sent.traceId, traceIdBytes)
  draft.spanId = idFromText(sent.spanId, spanIdBytes)
  draft.timeNs = nsFromJson(work, 'log', sent.timeUnixNano)
  draft.observedNs = nsFromJson(work, 'log', sent.observedTimeUnixNano)
  draft.eventName = textOf(work, 'eventName', sent.eventName, limits.stringBytes)
  draft.body = readJsonValue(work, sent.body, 1, limits.messageBytes)
  readAttributes(work, sent.attributes, draft.bag)
  return draft
}
