import { OutriderError } from '../errors.ts'

/** A place in the list of runs, newest first: the last run of a page. */
export interface Place {
  readonly startNs: bigint
  readonly traceId: string
}

export function writeCursor({ startNs, traceId }: Place): string {
  return Buffer.from(`${startNs}.${traceId}`).toString('base64url')
}

/** @throws OutriderError `OUT_CURSOR_INVALID` */
export function readCursor(cursor: string): Place {
  const text = cursor.length > 128 ? '' : Buffer.from(cursor, 'base64url').toString('latin1')
  const match = /^(\d{1,19})\.([0-9a-f]{32})$/.exec(text)
  const startNs = BigInt(match?.[1] ?? -1)
  if (match === null || startNs > 2n ** 63n - 1n || writeCursor({ startNs, traceId: match[2]! }) !== cursor) {
    throw invalid()
  }
  return { startNs, traceId: match[2]! }
}

/** A place in the list of findings, newest first. */
export interface FindingPlace {
  /** ms since 1970. */
  readonly timeMs: number
  readonly id: string
}

export function writeFindingCursor({ timeMs, id }: FindingPlace): string {
  return Buffer.from(`${timeMs}.${id}`).toString('base64url')
}

/** @throws OutriderError `OUT_CURSOR_INVALID` */
export function readFindingCursor(cursor: string): FindingPlace {
  const text = cursor.length > 128 ? '' : Buffer.from(cursor, 'base64url').toString('latin1')
  const match = /^(\d{1,15})\.([0-9a-f]{32})$/.exec(text)
  const place = { timeMs: Number(match?.[1]), id: match?.[2] ?? '' }
  if (match === null || writeFindingCursor(place) !== cursor) throw invalid()
  return place
}

function invalid(): OutriderError {
  return new OutriderError('OUT_CURSOR_INVALID', 'The cursor is not one that this collector gave.', { field: 'cursor' })
}
