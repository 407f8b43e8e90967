import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Span, SpanLog } from '../span.ts'
import type { Connection, InsertFormat } from './connect.ts'
import { codeOf, failureOf, storeError } from './failure.ts'
import { encodeLogs, logColumns } from './log-row.ts'
import type { KnownAs } from './packed.ts'
import { contentColumns, encodeSpans, type SpanRows, spanColumns } from './row.ts'
import { encodeSpansAsJson } from './row-json.ts'

export interface WriterSettings {
  readonly format: InsertFormat
  readonly knownAs: KnownAs
  /** How long an unanswered block is sent again before its writer is told. */
  readonly patienceMs: number
  readonly now: () => number
  readonly log: Log
}

export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface WriterCounts {
  /** Blocks sent again because no answer came. */
  readonly resent: number
  /** Spans that the store took only without their attributes and texts. */
  readonly stripped: number
}

export interface Writer {
  write(spans: readonly Span[]): Promise<void>
  writeLogs(logs: readonly SpanLog[]): Promise<void>
  counts(): WriterCounts
  /** Blocks that wait for another attempt fail now. */
  stop(): void
}

const MAX_ROWS = 10_000
const MAX_BYTES = 16 << 20
const encoders = { RowBinary: encodeSpans, JSONEachRow: encodeSpansAsJson } as const

/**
 * Writes blocks. A block is kept until it is acknowledged and sent again under the same token, so that the store takes
 * it once however often the connection breaks. Texts go first: a skeleton that can be read has its texts.
 */
export function createWriter(connection: Connection, settings: WriterSettings): Writer {
  const { knownAs, patienceMs, now, log } = settings
  let resent = 0
  let stripped = 0
  let stopped = false

  /** Sends one block until it is acknowledged, or the patience is over. Throws what the last attempt threw. */
  const insert = async (into: string, format: InsertFormat, block: Uint8Array): Promise<void> => {
    const token = createHash('sha256').update(into).update(block).digest('hex')
    const deadline = performance.now() + patienceMs
    for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
      try {
        return await connection.insert(into, format, block, token)
      } catch (cause) {
        if (stopped || failureOf(cause) !== 'away' || performance.now() + pause > deadline) throw cause
        resent += 1
        log.warn(
          { table: into.split(' ', 1)[0], code: codeOf(cause), bytes: block.length },
          'store: sending a block again',
        )
      }
      await sleep(pause)
    }
  }

  const insertRows = async (format: InsertFormat, rows: SpanRows): Promise<void> => {
    if (rows.contentRows > 0) await insert(`span_content (${contentColumns})`, format, rows.content)
    await insert(`spans (${spanColumns})`, format, rows.spans)
  }

  const encode = (format: InsertFormat, spans: readonly Span[], from: number): SpanRows =>
    encoders[format](spans, from, now(), { knownAs, maxBytes: MAX_BYTES, maxRows: MAX_ROWS })

  /** One block's worth, from `from` on; how many that were. */
  const writeBlock = async (spans: readonly Span[], from: number, refusals: Refusals): Promise<number> => {
    let rows: SpanRows
    try {
      rows = encode(settings.format, spans, from)
    } catch (cause) {
      const end = Math.min(spans.length, from + MAX_ROWS)
      await halve(spans.slice(from, end), refusals, cause)
      return end - from
    }
    try {
      await insertRows(settings.format, rows)
    } catch (cause) {
      const failure = failureOf(cause)
      if (failure !== 'data' && failure !== 'large') throw cause
      await halve(spans.slice(from, from + rows.count), refusals, cause)
    }
    return rows.count
  }

  /** A row that the store does not take is found and singled out; the others are stored. */
  const halve = async (spans: readonly Span[], refusals: Refusals, cause: unknown): Promise<void> => {
    if (refusals.rows >= MAX_REFUSALS) throw cause
    if (spans.length === 1) return writeAlone(spans[0]!, refusals)
    const middle = spans.length >> 1
    await writeAll(spans.slice(0, middle), refusals)
    await writeAll(spans.slice(middle), refusals)
  }

  /** The span in the plainer format, then without all that may be at fault: what happened, when and where is kept. */
  const writeAlone = async (span: Span, refusals: Refusals): Promise<void> => {
    const refusal = await refusalOf(span)
    if (refusal === undefined) return
    refusals.rows += 1
    const still = await refusalOf(skeletonOf(span, codeOf(refusal)))
    if (still !== undefined) throw still
    stripped += 1
    const { traceId, spanId } = span
    log.error({ traceId, spanId, code: codeOf(refusal) }, 'store: span refused; kept without attributes and texts')
  }

  /** Undefined when it is stored. */
  const refusalOf = async (span: Span): Promise<unknown> => {
    let rows: SpanRows
    try {
      rows = encode('JSONEachRow', [span], 0)
    } catch (cause) {
      return cause
    }
    try {
      await insertRows('JSONEachRow', rows)
      return undefined
    } catch (cause) {
      if (failureOf(cause) !== 'data') throw cause
      return cause
    }
  }

  const writeAll = async (spans: readonly Span[], refusals: Refusals): Promise<void> => {
    for (let from = 0; from < spans.length; ) from += await writeBlock(spans, from, refusals)
  }

  const writeLogs = async (logs: readonly SpanLog[]): Promise<void> => {
    for (let from = 0; from < logs.length; ) {
      const block = encodeLogs(logs, from, now(), { maxBytes: MAX_BYTES, maxRows: MAX_ROWS })
      await insert(`span_logs (${logColumns})`, 'JSONEachRow', block.rows)
      from += block.count
    }
  }

  const told = async (work: Promise<void>): Promise<void> => {
    try {
      await work
    } catch (cause) {
      const error = storeError(cause, 'Writing')
      log.error({ err: error.code, code: codeOf(cause) }, 'store: a block was not stored')
      throw error
    }
  }

  return {
    write: (spans) => told(writeAll(spans, { rows: 0 })),
    writeLogs: (logs) => told(writeLogs(logs)),
    counts: () => ({ resent, stripped }),
    stop() {
      stopped = true
    },
  }
}

/** How many rows of one write were refused. More than a few is not the rows' fault: then the write fails as a whole. */
interface Refusals {
  rows: number
}
const MAX_REFUSALS = 100

/** Identity, time, kind, counts and money of a span: nothing whose text the sender chose, but its own name. */
function skeletonOf(span: Span, code: string | null): Span {
  return {
    ...span,
    statusMessage: null,
    toolArgs: null,
    retrievalQuery: null,
    retrievalDocuments: null,
    tags: [],
    input: null,
    output: null,
    attributes: {},
    resource: {},
    events: [],
    links: [],
    cut: { ...span.cut, attributes: Object.keys(span.attributes).length },
    warnings: [...span.warnings, `store_refused:${code ?? 'unencodable'}`],
  }
}
