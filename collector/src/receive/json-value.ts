import type { AttributeValue } from '../span.ts'
import { admits, type Bag, openBag } from './bag.ts'
import { isObject } from './json-text.ts'
import { wholeCharacters } from './wire.ts'
import { cut, spend, type Work, warn, weight } from './work.ts'

/** Reads a JSON array of KeyValue into `bag`. `textLimit` is that of the attribute it is inside of, where there is one. */
export function readAttributes(work: Work, sent: unknown, bag: Bag, depth = 1, textLimit?: number): void {
  const { limits } = work
  for (const attribute of listOf(work, 'attributes', sent)) {
    spend(work, weight.value)
    if (!isObject(attribute)) {
      warn(work, 'bad_field:attributes')
      continue
    }
    const key = textOf(work, 'key', attribute.key, limits.stringBytes)
    if (!admits(work, bag, key)) continue
    const limit = textLimit ?? (limits.isContent(key) ? limits.messageBytes : limits.stringBytes)
    bag.values[key] = readJsonValue(work, attribute.value, depth, limit)
  }
}

/** Reads one AnyValue, with the same cuts as the protobuf reader makes. */
export function readJsonValue(work: Work, sent: unknown, depth: number, textLimit: number): AttributeValue {
  if (!isObject(sent)) return null
  if (isGiven(sent.stringValue)) return textOf(work, 'stringValue', sent.stringValue, textLimit)
  if (isGiven(sent.intValue)) return intOf(work, sent.intValue)
  if (isGiven(sent.boolValue)) return sent.boolValue === true || sent.boolValue === 'true'
  if (isGiven(sent.doubleValue)) return doubleOf(sent.doubleValue)
  if (isGiven(sent.bytesValue)) return base64Of(work, sent.bytesValue, textLimit)
  const list = sent.arrayValue ?? sent.kvlistValue
  if (!isGiven(list)) return null
  if (depth >= work.limits.depth) {
    cut(work, 'depth', 1)
    return null
  }
  const values = isObject(list) ? list.values : undefined
  if (isGiven(sent.arrayValue)) return readItems(work, values, depth + 1, textLimit)
  const bag = openBag(work.limits.items)
  readAttributes(work, values, bag, depth + 1, textLimit)
  return bag.values
}

function readItems(work: Work, sent: unknown, depth: number, textLimit: number): AttributeValue[] {
  const all = listOf(work, 'values', sent)
  const { items } = work.limits
  spend(work, all.length * weight.value)
  cut(work, 'attributes', all.length - items)
  return all.slice(0, items).map((item) => readJsonValue(work, item, depth, textLimit))
}

/** In proto3's JSON a null field is an absent one. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** An array, or none: what is something else is noted. */
export function listOf(work: Work, field: string, sent: unknown): readonly unknown[] {
  if (Array.isArray(sent)) return sent
  if (isGiven(sent)) warn(work, `bad_field:${field}`)
  return []
}

/** Text of at most `limit` UTF-8 bytes, cut at a character and counted; half a surrogate pair becomes U+FFFD. */
export function textOf(work: Work, field: string, sent: unknown, limit: number): string {
  if (typeof sent !== 'string') {
    if (isGiven(sent)) warn(work, `bad_field:${field}`)
    return ''
  }
  if (sent.length * 3 <= limit) return sent.toWellFormed()
  // `limit` UTF-16 units are at least `limit` bytes, so what follows them is never kept
  const bytes = Buffer.from(sent.slice(0, limit + 1).toWellFormed())
  if (bytes.length <= limit) return bytes.toString('utf8')
  cut(work, 'strings', 1)
  return bytes.toString('utf8', 0, wholeCharacters(bytes, 0, limit))
}

/** A count the sender tells, as number or decimal string; anything else is 0. */
export function countOf(sent: unknown): number {
  const count = Number(sent ?? 0)
  return count > 0 && Number.isFinite(count) ? count : 0
}

function intOf(work: Work, sent: unknown): number | string | null {
  if (typeof sent === 'number') return Number.isFinite(sent) ? sent : null
  if (typeof sent === 'string' && sent.length <= 20 && /^-?\d+$/.test(sent)) {
    const value = Number(sent)
    return Number.isSafeInteger(value) ? value : sent
  }
  warn(work, 'bad_field:intValue')
  return null
}

/** Exporters write NaN and the infinities as null or by name: no number is none. */
function doubleOf(sent: unknown): number | null {
  const value = typeof sent === 'boolean' || sent === '' ? Number.NaN : Number(sent)
  return Number.isFinite(value) ? value : null
}

function base64Of(work: Work, sent: unknown, limit: number): string {
  if (typeof sent !== 'string') {
    warn(work, 'bad_field:bytesValue')
    return ''
  }
  const bytes = Buffer.from(sent, 'base64')
  if (bytes.length > limit) cut(work, 'strings', 1)
  return bytes.toString('base64', 0, Math.min(bytes.length, limit))
}
