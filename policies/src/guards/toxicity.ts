import type { Finding } from './finding.ts'
import { folded } from './folded.ts'
import { createTerms } from './terms.ts'

/** Words by how much they alone say. Quotes, names and banter have them too: this is a score, and off unless asked for. */
const grades: readonly (readonly [number, string])[] = [
  [
    0.7,
    'nigger|nigga|faggot|kike|spic|chink|gook|wetback|tranny|retard|retarded|raghead|towelhead|coon|paki|untermensch|kys|kill yourself|go die|gas the jews|heil hitler|white power',
  ],
  [
    0.45,
    'cunt|motherfucker|fuck you|fuck off|whore|slut|bastard|dickhead|asshole|arsehole|piece of shit|scum|vermin|subhuman|hurensohn|fotze|arschloch|wichser|schlampe|puta|puto|hijo de puta|connard|salope|pute|stronzo|troia|kurwa|suka|blyat',
  ],
  [
    0.25,
    'fuck|fucking|shit|bitch|dick|cock|idiot|idiots|moron|stupid|dumb|loser|trash|pathetic|worthless|disgusting|shut up|hate you|i will kill|beat you|scheisse|idioten|merde|mierda|cazzo',
  ],
]
const lists = grades.map(([weight, words]) => ({ weight, terms: createTerms(words.split('|')) }))

/** The text's score, and where its words stand once it reaches the threshold. */
export function toxicityIn(
  text: string,
  threshold: number,
): { readonly score: number; readonly findings: readonly Finding[] } {
  const small = folded(text)
  let rest = 1
  const spans: { start: number; end: number }[] = []
  for (const { weight, terms } of lists) {
    const found = terms.find(small, 50)
    for (let i = 0; i < Math.min(found.length, 3); i++) rest *= 1 - weight / (i + 1)
    spans.push(...found)
  }
  const score = Math.round((1 - rest) * 1000) / 1000
  if (score < threshold || spans.length === 0) return { score, findings: [] }
  const why = 'Holds words of insult or hate; quotes and names do too.'
  return {
    score,
    findings: spans.map(
      (span): Finding => ({ guard: 'toxicity', type: 'TOXICITY', rule: 'toxicity/words', ...span, score, why }),
    ),
  }
}
