/**
 * Whether a text speaks of an attack instead of being one: the words stand in quotes or code marks, and what stands
 * around them talks of detectors, examples and reports.
 */
const talk =
  /\b(?:phrases?|quot(?:es?|ed|ing)|examples?|samples?|detect(?:s|ed|or|ors|ion|ing)?|patterns?|fixtures?|test(?:s|ed|ing)?|classif\w+|flag(?:s|ged)?|block(?:s|ed)?|guardrails?|owasp|malicious|attack(?:s|ers?)?|injections?|jailbreaks?|vulnerabilit\w+|threats?|red[- ]team\w*|changelog|guidance|documentation|docs?|benchmarks?|corpus|corpora|training|awareness|literal|string|regex|postmortem|untrusted|false positives?|allowlist|research|defen[cs]es?|mitigations?|explains?|describes?|defined|termed?|meaning|module|lesson|quiz|workshop|slide|trainer|note)\b/g

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
