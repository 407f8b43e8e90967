/** `outrider import FILE…`: sends what is in OTLP files, and says of each file what became of it. */
import { createReadStream } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bytes } from './byte-source.ts'
import { type Collector, refusal } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { count } from './figures.ts'
import { type Batch, SIGNALS, type Signal } from './otlp-batch.ts'
import { readOtlp } from './otlp-file.ts'
import { readPartialSuccess } from './otlp-protobuf.ts'
import { plain } from './plain.ts'
import type { Terminal } from './terminal.ts'

interface Tally {
  accepted: number
  rejected: number
}

interface Report extends Record<Signal, Tally> {
  readonly file: string
  /** What was wrong, each kind once, with how often. */
  readonly problems: Map<string, number>
}

export interface ImportSettings {
  /** Requests under way at once. @default 4 */
  readonly parallel: number
  /** Times that a request is sent again while the collector is busy. @default 6 */
  readonly retries: number
  /** First pause before that, where the collector names none; it doubles. @default 500 */
  readonly pauseMs: number
}

const importDefaults: ImportSettings = { parallel: 4, retries: 6, pauseMs: 500 }

/** Rejects with exit code 1 when anything in any file was not taken; everything that could be, was. */
export async function importFiles(
  collector: Collector,
  terminal: Terminal,
  files: readonly string[],
  { json }: { readonly json: boolean },
  settings: ImportSettings = importDefaults,
): Promise<void> {
  let whole = true
  for (const file of files) {
    const report: Report = { file, traces: none(), logs: none(), metrics: none(), problems: new Map() }
    try {
      await importOne(collector, file === '-' ? process.stdin : createReadStream(file), report, settings)
    } finally {
      if (json)
        terminal.printJson({ ...report, problems: [...report.problems].map(([what, times]) => ({ what, times })) })
      else terminal.print(reportLines(report))
    }
    whole &&= report.problems.size === 0 && SIGNALS.every((signal) => report[signal].rejected === 0)
  }
  if (!whole) throw new CommandFailure(exitCode.failed, 'Not everything was taken.')
  terminal.talk('Next: outrider runs')
}

async function importOne(collector: Collector, source: Bytes, report: Report, settings: ImportSettings): Promise<void> {
  const note = (what: string) => void report.problems.set(what, (report.problems.get(what) ?? 0) + 1)
  const underWay = new Set<Promise<void>>()
  let failure: unknown
  try {
    for await (const piece of readOtlp(source)) {
      if (failure !== undefined) break
      if ('unreadable' in piece) {
        const { where, why } = piece.unreadable
        note(`${where === '' ? '' : `${where}: `}${why}`)
        continue
      }
      const sending = send(collector, piece.batch, report, note, settings)
        .catch((cause: unknown) => {
          failure ??= cause
        })
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
      if (underWay.size >= settings.parallel) await Promise.race(underWay)
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    note(code === 'ENOENT' ? 'there is no such file' : `the file cannot be read to its end (${code ?? 'damaged'})`)
  }
  await Promise.all(underWay)
  if (failure !== undefined) throw failure
}

/** Rejects when the collector cannot be reached or refuses the key: the other requests would fare no better. */
async function send(
  collector: Collector,
  batch: Batch,
  report: Report,
  note: (what: string) => void,
  { retries, pauseMs }: ImportSettings,
): Promise<void> {
  const tally = report[batch.signal]
  for (let tries = 0; ; tries++) {
    const response = await collector.post(`/v1/${batch.signal}`, batch.type, batch.body)
    if (response.ok) {
      const { rejected, why } = await partialSuccess(response)
      tally.accepted += Math.max(0, batch.things - rejected)
      tally.rejected += rejected
      if (rejected > 0 || why !== '') note(why === '' ? 'rejected without a reason' : why)
      return
    }
    // the statuses that OTLP calls retryable
    if (tries < retries && [429, 502, 503, 504].includes(response.status)) {
      const after = Number(response.headers.get('retry-after'))
      await response.body?.cancel()
      await pause(after > 0 && after <= 60 ? after * 1000 : pauseMs * 2 ** tries)
      continue
    }
    tally.rejected += batch.things
    note((await refusal(response)).message)
    return
  }
}

async function partialSuccess(response: Response): Promise<{ rejected: number; why: string }> {
  if (response.headers.get('content-type')?.startsWith('application/x-protobuf')) {
    return readPartialSuccess(new Uint8Array(await response.arrayBuffer()))
  }
  const body = (await response.json().catch(() => null)) as { partialSuccess?: Record<string, unknown> } | null
  const partial = body?.partialSuccess ?? {}
  const rejected = Number(partial.rejectedSpans ?? partial.rejectedLogRecords ?? partial.rejectedDataPoints ?? 0)
  return { rejected: Number.isFinite(rejected) ? rejected : 0, why: String(partial.errorMessage ?? '') }
}

const none = (): Tally => ({ accepted: 0, rejected: 0 })
const nouns: Readonly<Record<Signal, string>> = { traces: 'span', logs: 'log record', metrics: 'metric' }

function reportLines(report: Report): readonly string[] {
  const told = SIGNALS.filter((signal) => signal === 'traces' || report[signal].accepted + report[signal].rejected > 0)
  const figures = told.map((signal) => {
    const { accepted, rejected } = report[signal]
    return `${count(accepted, nouns[signal])} accepted${rejected > 0 ? `, ${count(rejected)} rejected` : ''}`
  })
  return [
    plain(`${report.file}: ${figures.join('; ')}`),
    ...[...report.problems].map(([what, times]) => plain(`  ${what}${times > 1 ? ` (${times} times)` : ''}`)),
  ]
}
