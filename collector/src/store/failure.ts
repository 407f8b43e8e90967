import { ClickHouseError } from '@clickhouse/client'
import { OutriderError } from '../errors.ts'

/**
 * What to do about a failed statement: `away` may pass by itself and the same block is sent again; `data` is about the
 * rows, so fewer or other rows may pass; `large` is about their number; `full` and `refused` are for the operator.
 */
export type Failure = 'away' | 'data' | 'large' | 'full' | 'refused'

/** Codes of ClickHouse's ErrorCodes.cpp. */
const away = new Set([
  '159', // TIMEOUT_EXCEEDED
  '164', // READONLY (a replica that is coming up)
  '198', // DNS_ERROR
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '225', // NO_ZOOKEEPER
  '236', // ABORTED
  '242', // TABLE_IS_READ_ONLY
  '252', // TOO_MANY_PARTS
  '279', // ALL_CONNECTION_TRIES_FAILED
  '285', // TOO_FEW_LIVE_REPLICAS
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '425', // SYSTEM_ERROR
  '999', // KEEPER_EXCEPTION
])
const data = new Set([
  '6', // CANNOT_PARSE_TEXT
  '25', // CANNOT_PARSE_ESCAPE_SEQUENCE
  '26', // CANNOT_PARSE_QUOTED_STRING
  '27', // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  '32', // ATTEMPT_TO_READ_AFTER_EOF
  '33', // CANNOT_READ_ALL_DATA
  '36', // BAD_ARGUMENTS
  '38', // CANNOT_PARSE_DATE
  '41', // CANNOT_PARSE_DATETIME
  '53', // TYPE_MISMATCH
  '69', // ARGUMENT_OUT_OF_BOUND
  '72', // CANNOT_PARSE_NUMBER
  '117', // INCORRECT_DATA
  '131', // TOO_LARGE_STRING_SIZE
  '190', // SIZES_OF_ARRAYS_DONT_MATCH
  '349', // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  '407', // DECIMAL_OVERFLOW
  '469', // VIOLATED_CONSTRAINT
  '691', // UNKNOWN_ELEMENT_OF_ENUM
])

export function failureOf(cause: unknown): Failure {
  const code = codeOf(cause)
  if (code === null) return 'away'
  if (code === '243') return 'full' // NOT_ENOUGH_SPACE
  if (code === '241' || code === '173') return 'large' // MEMORY_LIMIT_EXCEEDED, CANNOT_ALLOCATE_MEMORY
  if (away.has(code)) return 'away'
  return data.has(code) ? 'data' : 'refused'
}

/** ClickHouse's code, or `null` when the answer did not come from ClickHouse: the connection failed or timed out. */
export function codeOf(cause: unknown): string | null {
  return cause instanceof ClickHouseError ? cause.code : null
}

/** The store's word for it. Messages of the engine may quote data, so they go to `cause` and never into ours. */
export function storeError(cause: unknown, doing: string): OutriderError {
  if (cause instanceof OutriderError) return cause
  const failure = failureOf(cause)
  const what = codeOf(cause) === null ? 'the connection failed' : `ClickHouse answered with code ${codeOf(cause)}`
  const message = `${doing}: ${what}.`
  if (failure === 'full') return new OutriderError('OUT_DISK_FULL', message, { cause, retryAfter: 30 })
  if (failure === 'away' || failure === 'large')
    return new OutriderError('OUT_STORE_UNAVAILABLE', message, { cause, retryAfter: 5 })
  return new OutriderError('OUT_STORE_REFUSED', message, { cause, retryAfter: 30 })
}
