/**
 * An OTLP file as requests, whatever wrote it: one JSON document, JSON lines, one protobuf message, or messages behind
 * their length (4 bytes, as the OpenTelemetry Collector's file exporter writes them, or a varint); gzip and zstd around
 * the file or around each message. Told apart by content, never by name. Read as a stream where the form allows it.
 */
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type Bytes, collected, framesOf, inflated, isGzip, isZstd, linesOf, peek } from './byte-source.ts'
import type { Batch, Piece } from './otlp-batch.ts'
import { createJsonBatches, type JsonBatches, parseExact } from './otlp-json.ts'
import { splitDelimited, splitTraces } from './otlp-protobuf.ts'

/** One JSON document, or one message: what must be held in memory at once. */
const WHOLE_MAX = 256 * 1024 * 1024

/** Rejects where the source does, or where its compression is damaged; what was before that has been yielded. */
export async function* readOtlp(source: Bytes): AsyncGenerator<Piece> {
  const { head, all } = await peek(await inflated(source), 1)
  const first = head[0]
  if (first === undefined) yield unreadable('', 'it is empty')
  // a length of 4 bytes starts with 0 below 16 MiB and with 1 to 3 below 64 MiB; neither JSON nor protobuf can
  else if (first <= 3) yield* framed(all)
  else if (isJsonStart(first)) yield* lines(all)
  else yield* whole(await collected(all))
}

async function* framed(source: Bytes): AsyncGenerator<Piece> {
  const json = createJsonBatches()
  let number = 0
  for await (const frame of framesOf(source, WHOLE_MAX)) {
    const where = `message ${++number}`
    if ('broken' in frame) yield unreadable(where, frame.broken)
    else yield* message(frame.content, where, json)
  }
  yield* batches(json.take(true))
}

function* message(content: Buffer, where: string, json: JsonBatches): Generator<Piece> {
  const plain = inflatedNow(content)
  if (plain === null) return yield unreadable(where, 'it is damaged')
  if (isJsonStart(plain[0] ?? 0)) {
    const document = parsed(plain.toString('utf8'))
    if (document === undefined || !json.add(document)) yield unreadable(where, 'it is not OTLP')
    return yield* batches(json.take(false))
  }
  const found = splitTraces(plain)
  yield* found === null ? [unreadable(where, 'it is neither OTLP JSON nor protobuf of traces')] : batches(found)
}

/** JSON lines, or one document over many lines: the first line tells. */
async function* lines(source: Bytes): AsyncGenerator<Piece> {
  const json = createJsonBatches()
  let held: string[] | null = null
  let blank = true
  let size = 0
  let number = 0
  for await (const line of linesOf(source)) {
    number += 1
    blank &&= line.trim() === ''
    if (held !== null) {
      held.push(line)
      size += line.length + 1
      if (size > WHOLE_MAX) return yield unreadable('', 'a JSON document this large must be split into JSON lines')
    } else if (number === 1 && line.trim() !== '' && parsed(line) === undefined) held = [line]
    else yield* oneLine(line, number, json)
  }
  if (blank) yield unreadable('', 'it is empty')
  if (held !== null) yield* document(held, json)
  yield* batches(json.take(true))
}

function* oneLine(line: string, number: number, json: JsonBatches): Generator<Piece> {
  if (line.trim() === '') return
  const value = parsed(line)
  if (value === undefined) yield unreadable(`line ${number}`, 'it is not JSON')
  else if (!json.add(value)) yield unreadable(`line ${number}`, 'it is not OTLP')
  yield* batches(json.take(false))
}

function* document(held: readonly string[], json: JsonBatches): Generator<Piece> {
  const value = parsed(held.join('\n'))
  if (value !== undefined) {
    if (!json.add(value)) yield unreadable('', 'it is JSON, but not OTLP')
    return
  }
  // a damaged document gives one report; JSON lines whose first is damaged give one for each that is
  const isLines = held.slice(1).some((line) => line.startsWith('{') && parsed(line) !== undefined)
  if (!isLines) yield unreadable('', 'it is not JSON')
  else for (const [at, line] of held.entries()) yield* oneLine(line, at + 1, json)
}

/** Not JSON, not framed: one protobuf message, several behind varints, or JSON after an empty line. */
function* whole(bytes: Buffer): Generator<Piece> {
  const single = splitTraces(bytes)
  if (single !== null) return yield* batches(single)
  const many = splitDelimited(bytes)?.map((each) => splitTraces(each))
  if (many?.every((found) => found !== null)) return yield* batches(many.flat())
  const json = createJsonBatches()
  const text = bytes.toString('utf8')
  const value = parsed(text)
  if (value !== undefined ? !json.add(value) : !text.trimStart().startsWith('{')) {
    yield unreadable('', 'it is neither OTLP JSON nor protobuf of traces')
  } else if (value === undefined) yield* document(text.trimStart().split('\n'), json)
  yield* batches(json.take(true))
}

function inflatedNow(content: Buffer): Buffer | null {
  try {
    if (isGzip(content)) return gunzipSync(content, { maxOutputLength: WHOLE_MAX })
    if (isZstd(content)) return zstdDecompressSync(content, { maxOutputLength: WHOLE_MAX })
    return content
  } catch {
    return null
  }
}

/** `{`, `[`, a space, a tab, a carriage return or a byte order mark; a line feed is also how protobuf of traces starts. */
const isJsonStart = (byte: number): boolean => [0x7b, 0x5b, 0x20, 0x09, 0x0d, 0xef].includes(byte)

function parsed(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}

const unreadable = (where: string, why: string): Piece => ({ unreadable: { where, why } })

function* batches(all: readonly Batch[]): Generator<Piece> {
  for (const batch of all) yield { batch }
}
