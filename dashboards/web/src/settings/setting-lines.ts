/** Settings as lines, the way outrider.yaml has them. Pure. */
import type { Json } from '../api.ts'

export interface Line {
  readonly depth: number
  /** `-` for an item of a list. */
  readonly name: string
  /** `null`: what it holds is on the lines below. */
  readonly value: string | null
  /** From the top, joined with dots: what a search looks in. */
  readonly path: string
}

export function linesOf(value: Json, name: string, depth = 0, path = name): readonly Line[] {
  const line = (text: string | null): Line => ({ depth, name, value: text, path })
  if (isList(value)) {
    if (value.length === 0) return [line('[]')]
    if (value.every((inner) => typeof inner !== 'object' || inner === null)) {
      return [line(`[${value.map(scalar).join(', ')}]`)]
    }
    return [line(null), ...value.flatMap((inner, n) => linesOf(inner, '-', depth + 1, `${path}.${n}`))]
  }
  if (typeof value !== 'object' || value === null) return [line(scalar(value))]
  const entries = Object.entries(value as Readonly<Record<string, Json>>)
  if (entries.length === 0) return [line('{}')]
  return [line(null), ...entries.flatMap(([key, inner]) => linesOf(inner, key, depth + 1, `${path}.${key}`))]
}

/** Lines that fit, each with the lines above that say where it stands. */
export function sought(lines: readonly Line[], query: string): readonly Line[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return lines
  const fits = lines.filter(({ path, value }) => `${path} ${value ?? ''}`.toLowerCase().includes(wanted))
  const needed = new Set(fits.flatMap(({ path }) => above(path)))
  return lines.filter(({ path }) => needed.has(path))
}

const above = (path: string): readonly string[] => {
  const parts = path.split('.')
  return parts.map((_, n) => parts.slice(0, n + 1).join('.'))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
const scalar = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
