/** Which language a text is in, by its trigrams and scripts, and whether that is one that is expected. */
import { francAll } from 'franc-min'
import type { Finding } from './finding.ts'

/** Two-letter codes of those that can be told apart, and what the recogniser calls them. */
const codes = new Map(
  (
    'ar:arb az:azj be:bel bn:ben bg:bul bs:bos zh:cmn cs:ces de:deu el:ell en:eng es:spa fr:fra gu:guj ha:hau he:heb hi:hin ' +
    'hr:hrv hu:hun id:ind ig:ibo it:ita ja:jpn jv:jav kk:kaz kn:kan ko:kor ku:ckb ml:mal mg:plt mr:mar ms:zlm my:mya ' +
    'ne:npi nl:nld ny:nya pa:pan pl:pol ps:pbu pt:por ro:ron ru:rus rw:kin si:sin so:som sr:srp sv:swe sw:swh su:sun ' +
    'ta:tam te:tel th:tha tl:tgl tr:tur uk:ukr ur:urd uz:uzn vi:vie yo:yor zu:zul'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
)

/** What may be expected, as ISO 639-1 codes. */
export const LANGUAGES: readonly string[] = [...codes.keys()]

/** Shorter texts are not told apart. */
const SHORTEST = 60
/** What comes so near to the best may be it as well: close relatives, short texts. */
const NEAR = 0.92

/** One finding where the text is plainly in no language of `allow`. What stands in code blocks does not count. */
export function languageIn(text: string, allow: readonly string[]): Finding[] {
  const spoken = text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]{0,200}`|https?:\/\/\S{1,500}/g, ' ').slice(0, 4096)
  if (spoken.trim().length < SHORTEST) return []
  const [best, ...others] = francAll(spoken)
  if (best === undefined || best[0] === 'und') return []
  const wanted = new Set(allow.map((code) => codes.get(code)))
  if ([best, ...others].some(([code, score]) => wanted.has(code) && score >= NEAR)) return []
  const name = [...codes].find(([, long]) => long === best[0])?.[0] ?? best[0]
  const why = `Reads as ${name}; ${allow.join(', ')} is expected.`
  return [
    {
      guard: 'language',
      type: 'LANGUAGE',
      rule: 'language/other',
      start: 0,
      end: text.length,
      score: best[1] * 0.8,
      why,
    },
  ]
}
