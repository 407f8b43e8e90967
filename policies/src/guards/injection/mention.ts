/**
 * Whether a text speaks of an attack instead of being one: the words stand in quotes or code marks, and what stands
 * around them talks of detectors, examples and reports.
 */
const talk =
  /\b(?:phrases?|quot(?:es?|ed|ing)|examples?|samples?|detect(?:s|ed|or|ors|ion|ing)?|patterns?|fixtures?|test(?:s|ed|ing)?|classif\w+|flag(?:s|ged)?|block(?:s|ed)?|guardrails?|owasp|malicious|attack(?:s|ers?)?|injections?|jailbreaks?|vulnerabilit\w+|threats?|red[- ]team\w*|changelog|guidance|documentation|docs?|benchmarks?|corpus|corpora|training|awareness|literal|string|regex|postmortem|untrusted|false positives?|allowlist|research|defen[cs]es?|mitigations?|explains?|describes?|defined|termed?|meaning|module|lesson|quiz|workshop|slide|trainer|note)\b/g

const own =
  /\b(?:my|our|mein\w{0,2}|unser\w{0,2}|mon|ma|mes|mi|mis|il mio|la mia|meu|minha|mijn)\s+(?:\w+\s+){0,2}(?:message|messages|mail|e-mail|email|emails|reply|comment|request|question|post|ticket|order|note|nachricht|frage|anfrage|courriel|correo|mensaje|messaggio|mensagem|bericht)\b/
const defined = /^(?:what|was|que|cos|wat)(?:'s| is| are|es| ist|'est)?\s+(?:an?|ein\w?|une?|un|een)\s/
const never =
  /\b(?:do not|don't|dont|never|must not|should not|cannot|nicht|niemals|ne|jamais|no|nunca|non|mai)\s+(?:\w+\s+){0,1}$/

/**
 * The share that a hit keeps by whose text it speaks of: one's own message may be dropped, a thing may be asked about,
 * and who says that a password must not be told does not ask for it.
 */
export function meant(family: string, text: string, start: number, end: number): number {
  if (family === 'override') return own.test(text.slice(start, end + 16)) ? 0.3 : 1
  if (family !== 'prompt-leak' && family !== 'exfiltration') return 1
  if (defined.test(text.slice(start, end))) return 0.4
  return never.test(text.slice(Math.max(0, start - 24), start)) ? 0.4 : 1
}

const pairs: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’', '«': '»', '„': '“' }

/** @returns the share of its weight that a hit keeps, 1 where it is plainly said */
export function mentioned(text: string, start: number, end: number): number {
  if (!isQuoted(text, start, end)) return 1
  const around = text.slice(Math.max(0, start - 160), start) + text.slice(end, end + 120)
  const words = new Set(around.match(talk) ?? []).size
  return words >= 2 ? 0.35 : words === 1 ? 0.5 : 0.9
}

/** Most of it stands between marks. */
function isQuoted(text: string, start: number, end: number): boolean {
  for (let i = Math.min(end, start + 24) - 1; i >= 0 && start - i < 60; i--) {
    const char = text[i] as string
    if (char === '\n' && i < start) return false
    const close = pairs[char]
    if (close === undefined) continue
    // an apostrophe within a word opens nothing
    if (char === "'" && /\w/.test(text[i - 1] ?? '')) continue
    const at = text.indexOf(close, Math.max(i + 1, start + 3))
    if (at === -1 || at - end > 60) continue
    const inside = Math.min(at, end) - Math.max(i, start)
    if (inside >= (end - start) / 2) return i > 12 || text.length - at > 12
  }
  return false
}
