import type { AttributeValue } from '../../span.ts'

/**
 * Reads one attribute value as one thing. `undefined` means that it cannot be read so: the reader notes it, tries the
 * next name, and the attribute itself stays where it is.
 */
export type Parse<T> = (value: AttributeValue) => T | undefined

/** More tokens than any call or run has; its price still fits in integer nano-dollars. */
const MAX_COUNT = 4_294_967_295

const decimal = /^[+-]?\d{1,20}(?:\.\d{1,30})?(?:e[+-]?\d{1,3})?$/i

/** Numbers come as int, double, decimal string, and as a string inside a JSON string. */
export function number(value: AttributeValue): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  const text = unquoted(value.trim())
  return decimal.test(text) ? Number(text) : undefined
}

/** An integer from 0 to 2^32-1; a negative, fractional, NaN or absurd one is unknown. */
export function count(value: AttributeValue): number | undefined {
  const found = number(value)
  return found !== undefined && Number.isInteger(found) && found >= 0 && found <= MAX_COUNT ? found : undefined
}

/** A finite number that is not negative. */
export function amount(value: AttributeValue): number | undefined {
  const found = number(value)
  return found !== undefined && found >= 0 ? found : undefined
}

/** The largest cost of one span that is believed: integers of nano-dollars hold a little more. */
const MAX_USD = 9_000_000

/** US dollars. */
export function usd(value: AttributeValue): number | undefined {
  const found = amount(value)
  return found !== undefined && found <= MAX_USD ? found : undefined
}

/** Booleans come as such, as `True` and `False` of Python, as 0 and 1. */
export function flag(value: AttributeValue): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 1) return true
  if (value === 0) return false
  if (typeof value !== 'string') return undefined
  const text = unquoted(value).toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : undefined
}

/** A name or an id. Numbers become their decimal text. */
export function text(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

/** Array of strings, JSON text of one, or a single string. */
export function strings(value: AttributeValue): readonly string[] | undefined {
  const list = typeof value === 'string' && value.startsWith('[') ? parsed(value) : value
  if (!Array.isArray(list)) return typeof value === 'string' && value !== '' ? [value] : undefined
  const found = (list as readonly AttributeValue[]).filter((item) => typeof item === 'string' && item !== '')
  return found as readonly string[]
}

/** Message content: text as it is, anything structured as JSON text. */
export function content(value: AttributeValue): string | undefined {
  if (value === null || value === '') return undefined
  return typeof value === 'string' ? value : json(value)
}

/** One of a closed set of words. */
export function oneOf<const T extends string>(words: readonly T[]): Parse<T> {
  const known: ReadonlyMap<AttributeValue, T> = new Map(words.map((word) => [word, word]))
  return (value) => known.get(value)
}

/** The JSON value of a text; `undefined` when it is none. */
export function parsed(json: string): AttributeValue | undefined {
  try {
    return JSON.parse(json) as AttributeValue
  } catch {
    return undefined
  }
}

/** JSON text; `undefined` for what nests too deep to be written. */
export function json(value: AttributeValue | object): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is { readonly [key: string]: AttributeValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
