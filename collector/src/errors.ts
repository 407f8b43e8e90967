/**
 * Every failure that leaves the collector, in one table: its code, HTTP status, whether sending the same thing again can
 * help, and what to do. Codes are stable and never reused; no decision is ever made on message text.
 */
const table = {
  OUT_BODY_UNREADABLE: {
    status: 400,
    retryable: false,
    hint: 'Send an OTLP ExportServiceRequest as protobuf or JSON.',
  },
  OUT_FIELD_INVALID: { status: 400, retryable: false, hint: 'Correct the named field.' },
  OUT_QUERY_INVALID: {
    status: 400,
    retryable: false,
    hint: 'Correct the named query parameter; GET /docs lists them.',
  },
  OUT_CURSOR_INVALID: { status: 400, retryable: false, hint: 'Use the `next` value of an earlier answer, unchanged.' },
  OUT_TRACE_ID_INVALID: { status: 400, retryable: false, hint: 'A trace ID is 32 hexadecimal digits.' },
  OUT_KEY_MISSING: { status: 401, retryable: false, hint: 'Send the header `authorization: Bearer <key>`.' },
  OUT_KEY_UNKNOWN: { status: 401, retryable: false, hint: 'Check the key; `outrider keys new` makes one.' },
  OUT_SIGNATURE_INVALID: { status: 403, retryable: false, hint: 'Post to the address exactly as the webhook had it.' },
  OUT_SCOPE_MISSING: { status: 403, retryable: false, hint: 'Use a key that has the named scope.' },
  OUT_HOST_REFUSED: {
    status: 403,
    retryable: false,
    hint: 'Use localhost or 127.0.0.1, or bind an address and use keys.',
  },
  OUT_ROUTE_UNKNOWN: { status: 404, retryable: false, hint: 'GET /docs lists every route.' },
  OUT_RUN_UNKNOWN: {
    status: 404,
    retryable: false,
    hint: 'Check the trace ID; runs are deleted after `retention.days`.',
  },
  OUT_FINDING_UNKNOWN: {
    status: 404,
    retryable: false,
    hint: 'GET /api/guards lists findings; they are deleted after `retention.contentDays`.',
  },
  OUT_HOLD_UNKNOWN: {
    status: 404,
    retryable: false,
    hint: 'Check `holdId`: it is the `id` of an allowed check, by the same key.',
  },
  OUT_SCOPE_UNKNOWN: {
    status: 404,
    retryable: false,
    hint: 'Scopes are global, tenant, user, session, workflow, agent, run, model and tool; global has the one name all.',
  },
  OUT_BUDGET_UNKNOWN: {
    status: 404,
    retryable: false,
    hint: 'GET /api/budgets lists them; a body with `scope` and `limitUsd` makes a new one.',
  },
  OUT_APPROVAL_UNKNOWN: { status: 404, retryable: false, hint: 'GET /api/approvals lists them.' },
  OUT_APPROVAL_DECIDED: {
    status: 409,
    retryable: false,
    hint: 'The first word stands; the call may be asked for again.',
  },
  OUT_SWITCH_UNKNOWN: { status: 404, retryable: false, hint: 'GET /api/switches lists those that stand.' },
  OUT_STREAM_UNKNOWN: {
    status: 409,
    retryable: true,
    hint: 'Send the whole text so far with `at` 0 and `released`: the length of what was handed on already.',
  },
  OUT_HOLD_CONFLICT: {
    status: 422,
    retryable: false,
    hint: 'Use a new ID for a new call; retries send the same body.',
  },
  OUT_SILENCE_UNKNOWN: { status: 404, retryable: false, hint: 'GET /api/alerts lists the silences that are there.' },
  OUT_NOTICE_UNKNOWN: { status: 404, retryable: false, hint: 'GET /api/alerts/dead lists those that are there.' },
  OUT_RULE_INVALID: { status: 400, retryable: false, hint: 'Correct the listed lines; they are counted from 1.' },
  OUT_METHOD_UNKNOWN: { status: 405, retryable: false, hint: 'GET /docs lists every route and its methods.' },
  OUT_BODY_TOO_LARGE: { status: 413, retryable: false, hint: 'Send smaller batches or raise `limits.bodyBytes`.' },
  OUT_TYPE_UNKNOWN: {
    status: 415,
    retryable: false,
    hint: 'Send application/x-protobuf or application/json, plain or gzip.',
  },
  OUT_TOO_MANY_REQUESTS: { status: 429, retryable: true, hint: 'Wait for the time in `retry-after`.' },
  OUT_INTERNAL: {
    status: 500,
    retryable: false,
    hint: 'This is a fault of ours; the log has the details under `reqId`.',
  },
  OUT_RECEIVE_FAILED: {
    status: 503,
    retryable: true,
    hint: 'This is a fault of ours; clients retry by themselves; the log has the details.',
  },
  OUT_STORE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    hint: 'The store is restarting or unreachable; clients retry by themselves.',
  },
  OUT_STORE_REFUSED: { status: 503, retryable: true, hint: 'The store answered with an error; the log has it.' },
  OUT_LEDGER_UNAVAILABLE: {
    status: 503,
    retryable: true,
    hint: 'The ledger cannot write or be reached, so nothing is granted; the log says why.',
  },
  OUT_DISK_FULL: { status: 503, retryable: true, hint: 'Free disk space or lower `retention.days`.' },
  OUT_OVERLOADED: { status: 503, retryable: true, hint: 'The queue is full; clients retry by themselves.' },
  OUT_STOPPING: { status: 503, retryable: true, hint: 'The collector is stopping.' },
  OUT_CONFIG_INVALID: {
    status: 500,
    retryable: false,
    hint: 'Correct the listed lines; `outrider check FILE` checks without starting.',
  },
  OUT_PORT_TAKEN: {
    status: 500,
    retryable: false,
    hint: 'Stop the other process or set OUTRIDER_PORT / OUTRIDER_GRPC_PORT.',
  },
  OUT_DATA_LOCKED: {
    status: 500,
    retryable: false,
    hint: 'One process owns a data directory; stop the other or set OUTRIDER_DATA_DIR.',
  },
  OUT_DATA_NEWER: {
    status: 500,
    retryable: false,
    hint: 'This data was written by a newer Outrider; upgrade, or use another data directory.',
  },
  OUT_ENGINE_MISSING: {
    status: 500,
    retryable: false,
    hint: 'Install the optional package `chdb` (glibc Linux, macOS) or set CLICKHOUSE_URL.',
  },
} as const satisfies Record<string, { status: number; retryable: boolean; hint: string }>

export type ErrorCode = keyof typeof table

export interface ErrorDetails {
  /** The field, header or parameter that is wrong. */
  readonly field?: string
  readonly cause?: unknown
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number
}

export class OutriderError extends Error {
  override readonly name = 'OutriderError'
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.field = details.field
    this.retryAfter = details.retryAfter
  }

  get status(): number {
    return table[this.code].status
  }

  get retryable(): boolean {
    return table[this.code].retryable
  }

  /** The wire form: `{error: {code, message, field?, hint, retryable}}`. */
  toJSON() {
    const { hint, retryable } = table[this.code]
    const field = this.field === undefined ? {} : { field: this.field }
    return { error: { code: this.code, message: this.message, ...field, hint, retryable } }
  }
}
