/** What a guard looks for. */
export const GUARDS = [
  'pii',
  'secret',
  'injection',
  'toxicity',
  'topic',
  'schema',
  'tool',
  'length',
  'language',
  'citation',
] as const
export type GuardName = (typeof GUARDS)[number]

/** A piece of text that a guard speaks of, and why. Offsets are UTF-16 units of the text as it was given. */
export interface Finding {
  readonly guard: GuardName
  /** Presidio's entity name for personal data; `SECRET`; `PROMPT_INJECTION`; else the guard's own word. */
  readonly type: string
  /** Which rule spoke, e.g. `pii/card`, `secret/github-pat`, `injection/override`. */
  readonly rule: string
  readonly start: number
  readonly end: number
  /** 0 to 1: how sure. For injection the score of the whole text, to which every family adds. */
  readonly score: number
  /** Where it was seen, when not in the text as it stands: `base64`, `reversed`… */
  readonly view?: string
  /** One sentence for the person who reads it. Never repeats what was found. */
  readonly why: string
}
