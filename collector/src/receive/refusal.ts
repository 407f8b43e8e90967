import { OutriderError } from '../errors.ts'

/** What OTLP clients know how to take: they retry 429 and 503, and drop the data after anything else. */
const statuses: ReadonlySet<number> = new Set([400, 401, 403, 413, 415, 429, 503])

/**
 * The answer to a failure on this path. One that nobody foresaw is 503: its data is sent again, not dropped.
 */
export function refusalOf(error: unknown): OutriderError {
  if (error instanceof OutriderError && statuses.has(error.status)) return error
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new OutriderError('OUT_TYPE_UNKNOWN', 'This content type is not taken here.', { field: 'content-type' })
    default:
      return new OutriderError('OUT_RECEIVE_FAILED', 'The collector failed on this request.', { cause: error })
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
