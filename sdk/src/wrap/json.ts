/** Reading what another party wrote: every step may meet nothing, and then what follows is nothing too. */
export type Json = Readonly<Record<string, unknown>>

export const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

export const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.map(objectOf).filter((each) => each !== undefined) : []

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined

/** A text field of an object that is ours to change, if it has one. */
export function put(owner: Json, field: string): (text: string) => void {
  return (text) => {
    ;(owner as Record<string, unknown>)[field] = text
  }
}
