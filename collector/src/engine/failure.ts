/** An error with ClickHouse's own code and name: what the engine reports and what this server refuses by itself. */
export interface Failure {
  readonly code: number
  readonly type: string
  /** ClickHouse's text, ending in `(TYPE)`: clients parse it. */
  readonly text: string
  readonly status: number
}

/** A refusal by this server rather than by the engine, thrown with `cause: Failure`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly failure: Failure

  constructor(code: number, type: string, message: string) {
    super(message)
    this.failure = { code, type, text: `Code: ${code}. DB::Exception: ${message} (${type})`, status: statusOf(code) }
  }
}

/** ClickHouse's mapping from exception code to HTTP status; everything else is 500. */
const statuses = new Map<number, number>([
  ...[6, 25, 26, 27, 32, 33, 36, 38, 41, 43, 53, 62, 70, 72, 117, 131, 354, 386, 456, 457].map(
    (c) => [c, 400] as const,
  ),
  ...[46, 47, 50, 56, 60, 63, 73, 81, 115].map((c) => [c, 404] as const),
  ...[164, 291, 497].map((c) => [c, 403] as const),
  [48, 501],
  [159, 408],
  [202, 503],
  [210, 503],
  [516, 401],
])

function statusOf(code: number): number {
  return statuses.get(code) ?? 500
}

/** The engine tells its code and name only in its message: this is the one place that reads them. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure
  const known = systemFailures.get(systemCode(error))
  if (known) return known.failure
  const message = error instanceof Error ? error.message : String(error)
  const code = Number(/Code: (\d+)\. DB::Exception: /.exec(message)?.[1] ?? 1001)
  if (code === 1001) return new Refusal(1001, 'STD_EXCEPTION', message).failure
  const type = [...message.matchAll(/\(([A-Z][A-Z0-9_]+)\)/g)].at(-1)?.[1] ?? 'STD_EXCEPTION'
  const text = message
    .replace(/^(Code: \d+\. DB::Exception: )+/, `Code: ${code}. DB::Exception: `)
    // our own spool file, of no use to the caller
    .replaceAll(/: \(in file\/uri [^)]*\)/g, '')
  return { code, type, text, status: statusOf(code) }
}

/** What the spool and the decoder can meet. */
const systemFailures = new Map([
  ['ENOSPC', new Refusal(243, 'NOT_ENOUGH_SPACE', 'No space left on the device')],
  ['EDQUOT', new Refusal(243, 'NOT_ENOUGH_SPACE', 'The disk quota is used up')],
  ['Z_DATA_ERROR', new Refusal(354, 'ZLIB_INFLATE_FAILED', 'The body is not gzip')],
  ['Z_BUF_ERROR', new Refusal(354, 'ZLIB_INFLATE_FAILED', 'The body ends within gzip data')],
])

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
