/** Redaction of a text that arrives in pieces: whatever the pieces are, what comes out is what the whole would give. */
import { clean } from './clean.ts'
import type { Finding } from './finding.ts'
import { certainEnd } from './hold.ts'
import type { Operator } from './operator.ts'
import { createRedaction, type Span } from './redact.ts'
import { type SensitiveSettings, sensitiveIn } from './sensitive.ts'
import type { Vault } from './vault.ts'

export interface StreamRedactor {
  /** Takes the next piece; answers what may go on, often less than what came, sometimes nothing. */
  push(piece: string): string
  /** The text is at its end: what was held back. */
  end(): string
  /** How much of the text that came has been given out, in whatever form. UTF-16 units. */
  until(): number
}

export interface StreamSettings {
  readonly look: SensitiveSettings
  /** How a finding is hidden; null leaves it. Places are those of the whole text. */
  operatorOf(finding: Finding): Operator | null
  /** Tokens of this vault become what they stand for, and are not looked at again. */
  readonly restore?: Vault | undefined
}

/** What was given out is still read, as far back as recognisers look. */
const CONTEXT = 1024
/** So much may be held back without a thought. */
const PATIENT = 256

/**
 * For one text: message, reasoning and each tool call's arguments have one of their own. Holds back what a further piece
 * could make part of a finding: the last word, a number that a later word may explain, a private key that is not at its
 * end.
 */
export function createStream({ look, operatorOf, restore }: StreamSettings): StreamRedactor {
  let text = ''
  /** Given out up to here. */
  let out = 0
  /** Where `text` begins in the whole. */
  let base = 0
  /** Not looked at before the whole has this length: what is held back long is read seldom, so that all stays linear. */
  let due = 0
  const redaction = createRedaction((type) => operators.get(type) as Operator)
  const operators = new Map<string, Operator>()
  if (restore !== undefined) operators.set(TOKEN, (token) => restore.valueOf(token) ?? token)

  function give(isEnd: boolean): string {
    const tokens: readonly Span[] = restore?.tokensIn(text).map((one) => ({ ...one, type: TOKEN })) ?? []
    const isToken = (one: Finding) => tokens.some(({ start, end }) => one.start < end && one.end > start)
    const findings = sensitiveIn(clean(text), look).filter((one) => !isToken(one))
    const to = isEnd ? text.length : certainEnd(text, out, [...findings, ...tokens])
    if (to <= out) return ''
    const isWithin = ({ start, end }: Span) => start >= out && end <= to
    const hidden = findings.filter(isWithin).filter((one) => {
      const operator = operatorOf({ ...one, start: one.start + base, end: one.end + base })
      if (operator !== null) operators.set(one.type, operator)
      return operator !== null
    })
    const piece = redaction(text, out, to, [...hidden, ...tokens.filter(isWithin)])
    out = to
    forget()
    return piece
  }

  /** What lies far behind is read no more. Cut where a line or a word begins, so that it is read alike. */
  function forget(): void {
    if (out < CONTEXT * 3) return
    const line = text.lastIndexOf('\n', out - CONTEXT)
    const cut = line >= out - CONTEXT * 2 ? line + 1 : text.indexOf(' ', out - CONTEXT * 2) + 1
    if (cut <= 0 || cut > out - CONTEXT) return
    text = text.slice(cut)
    out -= cut
    base += cut
  }

  return {
    push(piece) {
      text += piece
      // within a word nothing can become certain
      if (base + text.length < due || !/\s|[\u2e80-\ud7ff]/.test(piece)) return ''
      const certain = give(false)
      const held = text.length - out
      due = base + text.length + Math.max(0, held - PATIENT) / 4
      return certain
    },
    end: () => give(true),
    until: () => base + out,
  }
}

/** No type of a finding. */
const TOKEN = ' token'
