/** What a policy hides in texts that are stored, whoever wrote them: its own patterns and words, and what it says of personal data and secrets. */
import { clean } from './clean.ts'
import type { Finding } from './finding.ts'
import { folded } from './folded.ts'
import { MANY, toEnd } from './many.ts'
import type { GuardPolicy, Plan } from './policy.ts'
import type { Span } from './redact.ts'
import { sensitiveIn } from './sensitive.ts'
import { hides, sensitiveSettings, treatmentOf } from './treatment.ts'

/** The places to hide, given the personal data and secrets that are known from `known` up. */
export type AtRest = (text: string, found: readonly Finding[]) => readonly Span[]

/**
 * Null where the policy hides nothing of its own, as in shadow: then what is stored is hidden as the content mode says.
 *
 * @param known score from which whoever asks has told all personal data and secrets
 */
export function atRest({ plans, shadow }: GuardPolicy, known: number): AtRest | null {
  if (shadow) return null
  const all = [plans.input, plans.output, plans.tool]
  const sections = all.map(({ stored }) => stored)
  // what stops a call is shown to whoever wants to know why
  const rules = unique(all.flatMap((plan) => plan.rules).filter(({ action }) => action === 'redact'))
  const terms = unique(all.flatMap((plan) => plan.terms).filter(({ action }) => action === 'redact'))
  const looks = sections.map(sensitiveSettings).filter((look) => look !== null)
  const threshold = Math.min(known, ...looks.map((look) => look.threshold))
  const isHidden = (one: Finding) => sections.some((section) => hides(treatmentOf(one, section).action))
  if (rules.length === 0 && terms.length === 0 && looks.length === 0) return null
  const look = threshold < known ? { pii: true, secrets: true, threshold } : null
  return (text, found) => {
    const sensitive = look === null ? found : [...found, ...sensitiveIn(clean(text), look)]
    const spans: Span[] = sensitive.filter(isHidden)
    for (const { type, pattern } of rules)
      for (const one of toEnd(pattern.find(text, MANY), text.length)) spans.push({ ...one, type })
    const small = terms.length === 0 ? '' : folded(text)
    for (const { terms: words } of terms)
      for (const one of toEnd(words.find(small, MANY), text.length)) spans.push({ ...one, type: 'TOPIC' })
    return spans
  }
}

/** The same list stands in the plan of each direction. */
function unique<T extends Plan['rules'][number] | Plan['terms'][number]>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [one.name, one])).values()]
}
