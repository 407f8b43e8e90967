/** Counts what comes out of a model while it comes, without a tokenizer. */

export interface Meter {
  /** One piece of the answer: text, reasoning or a tool's arguments. */
  add(text: string): void
  /** What the provider says that it wrote so far: goes before our own count. */
  report(outputTokens: number): void
  /** True once more was written than `most`, for certain: a stop in error is as bad as an overspend. */
  isUsedUp(): boolean
  /** The likely number of tokens so far, at most `most`; undefined where nothing came. */
  estimate(): number | undefined
}

/** No language is written with more characters a token, over a whole answer. Runs of white space count as one. */
const MOST_CHARACTERS = 8
/** English prose, and most code. */
const USUAL_CHARACTERS = 4

/** Pieces that are no longer, on average, are tokens. */
const SHORT_PIECE = 6

/** @param most tokens that are allowed; undefined where nobody set a limit */
export function createMeter(most: number | undefined): Meter {
  let reported = 0
  let pieces = 0
  let characters = 0

  /** A piece is a token or more, unless a server sends letters one by one. */
  const certain = () =>
    Math.max(reported, Math.min(pieces, characters / USUAL_CHARACTERS), characters / MOST_CHARACTERS)
  return {
    add(text) {
      if (text === '') return
      pieces += 1
      characters += text.length < 3 ? text.length : text.replace(/\s{2,}/g, ' ').length
    },
    report(outputTokens) {
      reported = Math.max(reported, outputTokens)
    },
    isUsedUp: () => most !== undefined && certain() > most,
    estimate() {
      if (pieces === 0 && reported === 0) return undefined
      const written = characters <= pieces * SHORT_PIECE ? pieces : Math.ceil(characters / USUAL_CHARACTERS)
      const likely = Math.max(reported, written)
      return Math.min(likely, most ?? likely)
    },
  }
}
