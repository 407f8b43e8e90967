import type { Attributes, AttributeValue, Span } from '../span.ts'

/**
 * Attributes as the columns hold them: texts as they are, everything else as JSON and its key noted, and what a column
 * of the span holds already not at all, only noted. Reading gives back the same attributes.
 */
export interface Packed {
  readonly keys: string[]
  readonly values: string[]
  /** Those of `keys` whose value is JSON. */
  readonly json: string[]
  /** `attribute=field` with the form of {@link forms}. */
  readonly same: string[]
}

/** Attribute name → the field of the span that it became. */
export type KnownAs = ReadonlyMap<string, keyof Span>

/** How an attribute may say the same as a field: as it is, as the only item of a list, in seconds, in dollars. */
const forms = ['', '[]', '/1000', '/1000000000'] as const
const notes = new Map<string, Map<string, readonly string[]>>()

export const createPacked = (): Packed => ({ keys: [], values: [], json: [], same: [] })

/** Replaces what `into` held. */
export function pack(into: Packed, attributes: Attributes, span: Span | null, knownAs: KnownAs): void {
  into.keys.length = into.values.length = into.json.length = into.same.length = 0
  for (const given in attributes) {
    const value = attributes[given]!
    const key = given.isWellFormed() ? given : given.toWellFormed()
    // two keys that UTF-8 cannot tell apart: the columns hold one
    if (key !== given && (key in attributes || into.keys.includes(key))) continue
    const field = span === null ? undefined : knownAs.get(key)
    if (field !== undefined && span !== null) {
      const form = formOf(value, field, span[field])
      // a column that holds another span's word says nothing of this one's attributes
      if (form >= 0 && !(field in span.said)) {
        into.same.push(noteOf(key, field)[form]!)
        continue
      }
    }
    into.keys.push(key)
    if (typeof value === 'string') into.values.push(value)
    else {
      into.values.push(textOf(value))
      into.json.push(key)
    }
  }
}

function formOf(value: AttributeValue, field: keyof Span, held: unknown): number {
  if (held === null || held === '' || value === null) return -1
  if (typeof held === 'number') {
    const kept = field === 'ttftMs' || field === 'score' ? Number.isFinite(held) : isCount(held)
    if (!kept || typeof value !== 'number' || Object.is(value, -0)) return -1
    if (value === held) return 0
    return value === held / 1000 ? 2 : value === held / 1e9 ? 3 : -1
  }
  if (value === held) return 0
  if (!Array.isArray(value)) return -1
  if (value.length === 1 && value[0] === held) return 1
  return Array.isArray(held) && held.length > 0 && equalTexts(value, held) ? 0 : -1
}

/** What an integer column of ours holds. -0 is not one. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
}

function equalTexts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => typeof item === 'string' && item === b[i])
}

function noteOf(key: string, field: string): readonly string[] {
  const ofField = notes.get(field) ?? new Map<string, readonly string[]>()
  notes.set(field, ofField)
  const note = ofField.get(key) ?? forms.map((form) => `${key}=${field}${form}`)
  ofField.set(key, note)
  return note
}

/** JSON, with the numbers that JSON has no word for. Inside lists and maps those become texts, as OTLP/JSON writes them. */
function textOf(value: AttributeValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  )
}

/** The packed columns as JSON gives them. */
export interface PackedRow {
  readonly attributes: Readonly<Record<string, string>>
  readonly attributes_json: readonly string[]
}

export function unpack(row: PackedRow): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = Object.create(null)
  for (const key of Object.keys(row.attributes)) attributes[key] = row.attributes[key]!
  for (const key of row.attributes_json) attributes[key] = parseValue(attributes[key] as string)
  return attributes
}

/** Puts back what `attributes_same` notes. */
export function restore(attributes: Record<string, AttributeValue>, same: readonly string[], span: Span): void {
  for (const note of same) {
    const { key, field, form } = readNote(note)
    const held = span[field] as AttributeValue
    if (held === null) continue
    if (form === '') attributes[key] = Array.isArray(held) ? [...held] : held
    else if (form === '[]') attributes[key] = [held]
    else attributes[key] = (held as number) / (form === '/1000' ? 1000 : 1e9)
  }
}

interface Note {
  readonly key: string
  readonly field: keyof Span
  readonly form: string
}

/** The spans of a run say the same few notes. */
const read = new Map<string, Note>()
const MOST_READ = 2000

function readNote(note: string): Note {
  const known = read.get(note)
  if (known !== undefined) return known
  const split = note.lastIndexOf('=')
  const told = note.slice(split + 1)
  const end = told.search(/[[/]/)
  const field = (end < 0 ? told : told.slice(0, end)) as keyof Span
  const made = { key: note.slice(0, split), field, form: end < 0 ? '' : told.slice(end) }
  if (read.size >= MOST_READ) read.clear()
  read.set(note, made)
  return made
}

function parseValue(text: string): AttributeValue {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text)
  return parseJson(text)
}

/** Objects without a prototype, so that `__proto__` is a key like any other. */
export function parseJson<T = AttributeValue>(text: string): T {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.assign(Object.create(null), value)
      : value,
  ) as T
}
