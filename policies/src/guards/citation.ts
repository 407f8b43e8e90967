import type { Finding } from './finding.ts'

/** `[1]`, `[^2]`, `【3†source】`, a link, `doi:10…`, `(Smith, 2021)`, `[doc-7]`. */
const citation =
  /\[\^?\d{1,4}(?:[,–-]\s?\d{1,4}){0,8}\]|【[^】\n]{1,80}】|\]\(\s{0,2}[^)\s]{1,2048}\)|https?:\/\/\S{4,}|\bdoi:\s?10\.|\(\p{Lu}[\p{L}'-]{1,40}(?:(?: et al\.?| (?:and|&) \p{Lu}[\p{L}'-]{1,40}),? |, )(?:19|20)\d\d[a-z]?\)|\[(?:doc|source|ref)[-_ ]?\w{1,40}\]/giu

/** One finding where a text that is long enough to need sources names fewer than asked for. */
export function citationIn(text: string, least: number, from: number): Finding[] {
  if (text.trim().length < from) return []
  const named = new Set(text.match(citation) ?? []).size
  if (named >= least) return []
  const why = named === 0 ? 'Names no source.' : `Names ${named} of ${least} sources that are asked for.`
  const at = text.length
  return [{ guard: 'citation', type: 'CITATION', rule: 'citation/missing', start: at, end: at, score: 1, why }]
}
