interface Range {
  readonly start: number
  readonly end: number
}

/** Matches of one pattern or list that are told. */
export const MANY = 10_000

/** Where there are more than are told, the last reaches to the end of the text: what is hidden stays so. */
export function toEnd(found: readonly Range[], length: number): readonly Range[] {
  const last = found[MANY - 1]
  return last === undefined ? found : [...found.slice(0, MANY - 1), { start: last.start, end: length }]
}
