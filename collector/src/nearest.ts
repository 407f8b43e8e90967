import { closest, distance } from 'fastest-levenshtein'

/** "is not a …", with the name that was probably meant and all that there are. */
export function unknownName(noun: string, name: string, known: readonly string[]): string {
  const near = closest(name, known)
  const meant = distance(name, near) <= Math.max(2, name.length / 3) ? `; did you mean ${near}?` : ''
  return `${JSON.stringify(name)} is not a ${noun}${meant}${meant === '' ? '; there' : ' There'} are ${known.join(', ')}`
}
