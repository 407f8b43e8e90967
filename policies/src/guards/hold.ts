/**
 * How much of a text that still grows is certain: up to where no further character can change what the recognisers of
 * personal data and secrets say.
 */
import { isDigit } from './chars.ts'
import type { Span } from './redact.ts'

/** A word for a number counts up to here after it, and a number in groups is no longer. */
const REACH = 112
/** What leads to a secret may stand this far before it. */
const LEAD = 72
/** A run without a blank that is longer is not waited for. */
const LONGEST = 65_536

/** @param from what lies before has been given out · `findings` those of the text as far as it is known */
export function certainEnd(text: string, from: number, findings: readonly Omit<Span, 'type'>[]): number {
  const last = tokenStart(text, text.length)
  if (text.length - last > LONGEST) return text.length
  let end = last
  // a number, an address or a code that a later word may explain, or a later group may go on
  for (let at = last; at > from && at > text.length - REACH; ) {
    const start = tokenStart(text, at - 1)
    if (isRisky(text, start, at)) end = Math.min(end, start)
    at = start
  }
  // the first line of a private key, before it is whole
  const dashes = text.lastIndexOf('-----')
  if (dashes !== -1 && dashes >= text.length - 100) end = Math.min(end, dashes)
  end = back(text, from, end)
  // what touches the end may be longer than it is; nothing is cut in two
  for (const finding of findings.toSorted((a, b) => b.start - a.start))
    if (finding.end >= end - 2 && finding.start < end) end = finding.start
  return Math.max(from, end)
}

/** Not between a word that leads to a secret and what it leads to. */
function back(text: string, from: number, end: number): number {
  const start = Math.max(0, end - LEAD)
  const lead = leading.exec(text.slice(start, end))
  return lead === null ? end : Math.max(from, start + lead.index)
}

const leading =
  /(?:pass|private-lines|private key|flyv1|machine |identified by|insurance|\b(?:nino|ni no|ni number|vat|ust-idnr|ustid|tva|btw|kennzeichen|plates?)\b)[\s\S]*$/i

/** The start of the run without a blank before `at`. */
function tokenStart(text: string, at: number): number {
  let start = at
  while (start > 0 && !isBreak(text.charCodeAt(start - 1))) start--
  return start
}

/** Blanks, and letters of scripts that have none: recognisers never reach over those. */
function isBreak(code: number): boolean {
  return (
    code === 32 || (code >= 9 && code <= 13) || (code >= 0x2e80 && code < 0xd800) || (code >= 0xf900 && code < 0xfb00)
  )
}

function isRisky(text: string, start: number, end: number): boolean {
  let capitals = 0
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (isDigit(code) || code === 64 || code === 92 || code > 0x1fff) return true
    if (code >= 65 && code <= 90) capitals++
    if ((code === 46 || code === 58 || code === 40 || code === 43) && i + 1 < end) return true
  }
  return capitals >= 6
}
