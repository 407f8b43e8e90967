/** `GET /api/runs/{traceId}` as a stream of JSON text: a run of any size is neither held twice nor blocks the event loop. */
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Span } from '../span.ts'
import type { RunSummary, StoredScore } from '../store/store.ts'
import { findingsOf, runJson, scoreJson, spanJson } from './json.ts'

/** Characters a piece: small enough that other requests get their turn, large enough that pieces cost nothing. */
const PIECE = 128 * 1024

/** What stands beside the spans of a run, as JSON values. */
export interface Beside {
  readonly decisions: readonly unknown[]
  readonly alerts: readonly object[]
}

/** `{run, spans, decisions, alerts}`; `spans` and `decisions` keep their order. */
export function runAnswer(
  run: RunSummary,
  spans: readonly Span[],
  scores: readonly StoredScore[] = [],
  beside: Beside = { decisions: [], alerts: [] },
): Readable {
  return Readable.from(inTurns(pieces(run, spans, scores, beside)), { objectMode: false, highWaterMark: PIECE })
}

/** A fast reader takes pieces without a break; the pause between them is for everyone else. */
async function* inTurns(all: Iterable<string>): AsyncGenerator<string> {
  for (const piece of all) {
    yield piece
    await turn()
  }
}

/** Spans whose parent is not among them. A span that is its own parent is not an orphan, it is a cycle of one. */
export function orphansOf(spans: readonly Span[]): ReadonlySet<Span> {
  const known = new Set(spans.map(({ spanId }) => spanId))
  return new Set(spans.filter(({ parentSpanId }) => parentSpanId !== null && !known.has(parentSpanId)))
}

function* pieces(
  run: RunSummary,
  spans: readonly Span[],
  scores: readonly StoredScore[],
  { decisions, alerts }: Beside,
): Generator<string> {
  const orphans = orphansOf(spans)
  const scoresOf = Map.groupBy(scores, ({ spanId }) => spanId)
  yield `{"run":${JSON.stringify({ ...runJson(run), scores: (scoresOf.get(null) ?? []).map(scoreJson) })},"spans":`
  yield* list(spans, orphans, scoresOf, findingsOf(spans))
  yield `,"decisions":${JSON.stringify(decisions)},"alerts":${JSON.stringify(alerts)}}`
}

type ScoresOf = ReadonlyMap<string | null, readonly StoredScore[]>

function* list(
  spans: readonly Span[],
  orphans: ReadonlySet<Span>,
  scoresOf: ScoresOf,
  findings: ReturnType<typeof findingsOf>,
): Generator<string> {
  let piece = '['
  for (const [at, span] of spans.entries()) {
    const json = spanJson(span, orphans.has(span), scoresOf.get(span.spanId), findings.get(span.spanId))
    piece += `${at === 0 ? '' : ','}${JSON.stringify(json)}`
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  yield `${piece}]`
}
