/** Log records to rows, one JSON object each: they are few beside spans. */
import { createHash } from 'node:crypto'
import type { SpanLog } from '../span.ts'
import { createPacked, pack } from './packed.ts'
import { placeOf } from './place.ts'
import { dateText, timeText } from './row-json.ts'

export const logColumns = 'tenant,day,trace_id,span_id,time,received_at,name,body,attributes,attributes_json,digest'

const packed = createPacked()

/** As many as one block takes, from `from` on: one at least. */
export function encodeLogs(
  logs: readonly SpanLog[],
  from: number,
  receivedMs: number,
  { maxBytes, maxRows }: { readonly maxBytes: number; readonly maxRows: number },
): { readonly logs: Buffer; readonly count: number } {
  const end = Math.min(logs.length, from + maxRows)
  const lines: string[] = []
  let length = 0
  let next = from
  while (next < end && (next === from || length < maxBytes)) {
    const line = lineOf(logs[next++]!, receivedMs)
    length += line.length
    lines.push(line)
  }
  return { logs: Buffer.from(lines.join('')), count: next - from }
}

function lineOf(log: SpanLog, receivedMs: number): string {
  const place = placeOf(log.timeNs, receivedMs)
  pack(packed, log.attributes, null, new Map())
  const attributes = Object.fromEntries(packed.keys.map((key, i) => [key, packed.values[i]]))
  const said = JSON.stringify([log.name, log.body, packed.keys, packed.values])
  const row = {
    tenant: log.tenantId ?? '',
    day: dateText(place.day),
    trace_id: log.traceId,
    span_id: log.spanId,
    time: timeText(place.startNs),
    received_at: timeText(BigInt(receivedMs) * 1_000_000n),
    name: log.name,
    body: log.body ?? '',
    attributes,
    attributes_json: packed.json,
    digest: createHash('sha256').update(said).digest('base64url').slice(0, 16),
  }
  return `${JSON.stringify(row)}\n`
}
