/** OTLP protobuf into requests, without decoding spans: a request is split between its resources. */
import { PbfReader } from 'pbf'
import { BATCH, BATCH_BYTES, type Batch } from './otlp-batch.ts'

interface Slice {
  readonly start: number
  readonly end: number
}

/**
 * The requests in an ExportTraceServiceRequest, or `null` when the bytes are none.
 * Messages of traces have one field, `resource_spans = 1`, whose bytes may be cut and joined between elements.
 */
export function splitTraces(bytes: Uint8Array): readonly Batch[] | null {
  const resources = fieldsOf(bytes, { start: 0, end: bytes.length })
  if (resources === null || resources.some(({ field }) => field !== 1)) return null
  const batches: Batch[] = []
  let start = 0
  let end = 0
  let things = 0
  const close = () => {
    if (end > start)
      batches.push({ signal: 'traces', type: 'application/x-protobuf', body: bytes.subarray(start, end), things })
    start = end
    things = 0
  }
  for (const resource of resources) {
    const spans = countSpans(bytes, resource.content)
    if (spans === null) return null
    if (things > 0 && (things + spans > BATCH || resource.content.end - start > BATCH_BYTES)) close()
    end = resource.content.end
    things += spans
  }
  close()
  return batches
}

/** Messages that stand behind their length as a varint, or `null` when the bytes are not that. */
export function splitDelimited(bytes: Uint8Array): readonly Uint8Array[] | null {
  const reader = new PbfReader(bytes)
  const messages: Uint8Array[] = []
  try {
    while (reader.pos < bytes.length) {
      const length = reader.readVarint()
      if (length > bytes.length - reader.pos) return null
      messages.push(bytes.subarray(reader.pos, reader.pos + length))
      reader.pos += length
    }
  } catch {
    return null
  }
  return messages
}

/** What an ExportTraceServiceResponse says of rejected things. Damaged bytes say nothing. */
export function readPartialSuccess(bytes: Uint8Array): { rejected: number; why: string } {
  const answer = { rejected: 0, why: '' }
  try {
    new PbfReader(bytes).readFields((outer, all, reader) => {
      if (outer !== 1) return
      reader.readMessage((field, partial, inner) => {
        if (field === 1) partial.rejected = inner.readVarint()
        if (field === 2) partial.why = inner.readString()
      }, all)
    }, answer)
  } catch {
    // the status has said that it was taken
  }
  return answer
}

/** resource_spans → scope_spans (2) → spans (2) */
function countSpans(bytes: Uint8Array, resource: Slice): number | null {
  const scopes = fieldsOf(bytes, resource)
  if (scopes === null) return null
  let spans = 0
  for (const scope of scopes.filter(({ field }) => field === 2)) {
    const inner = fieldsOf(bytes, scope.content)
    if (inner === null) return null
    spans += inner.filter(({ field }) => field === 2).length
  }
  return spans
}

/** The fields of a message whose fields are all length-delimited; `null` for anything else. */
function fieldsOf(bytes: Uint8Array, { start, end }: Slice): readonly { field: number; content: Slice }[] | null {
  const reader = new PbfReader(bytes)
  reader.pos = start
  const found: { field: number; content: Slice }[] = []
  try {
    while (reader.pos < end) {
      const tag = reader.readVarint()
      const length = reader.readVarint()
      const content = { start: reader.pos, end: reader.pos + length }
      if ((tag & 7) !== 2 || tag >>> 3 === 0 || content.end > end) return null
      found.push({ field: tag >>> 3, content })
      reader.pos = content.end
    }
  } catch {
    return null
  }
  return found
}
