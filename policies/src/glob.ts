/**
 * `*` stands for any run of characters, `?` for exactly one; everything else for itself, case included. Linear in
 * practice and never exponential: only the last `*` is ever tried again.
 *
 * @example globMatches('refund-*', 'refund-eu') // true
 */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
