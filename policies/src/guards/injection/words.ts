import { createReader, type Hit, mayMean, stepsOf } from './grammar.ts'
import type { Opening } from './opening.ts'
import { isCjk, readRun } from './run.ts'

/** Words that somebody else looks out for. */
export interface Watch {
  readonly may: Opening
  seen(word: string): void
}

/** Reads a folded text word by word. */
export function wordHits(text: string, hit: (one: Hit) => void, watch?: Watch): void {
  const reader = createReader(hit)
  let at = 0
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i)
    if (!isLetter(code)) {
      // a sentence ends: what follows is further away
      if (code === 46 || code === 33 || code === 63 || code === 10 || code === 58)
        at += text.charCodeAt(i + 1) === 10 ? 2 : 1
      else if (code === 64) reader.read(stepsOf('@'), at++, i, i + 1)
      i++
      continue
    }
    const start = i
    if (isCjk(code)) {
      while (i < text.length && isCjk(text.charCodeAt(i))) i++
      at = readRun(text, start, i, reader, at)
      continue
    }
    do i++
    while (i < text.length && isInside(text, i))
    if (mayMean(text, start, i)) {
      const steps = stepsOf(text.slice(start, i))
      if (steps.length > 0) reader.read(steps, at, start, i)
    }
    if (watch?.may(text, start, i)) watch.seen(text.slice(start, i))
    at++
  }
}

/** Letters and digits of any script. */
export function isLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 0xaa &&
      code !== 0xd7 &&
      code !== 0xf7 &&
      !(code >= 0x2000 && code <= 0x2bff) &&
      !(code >= 0x3000 && code <= 0x3004) &&
      !(code >= 0x3008 && code <= 0x3020) &&
      code !== 0xfffd &&
      !(code >= 0xff00 && code <= 0xff0f))
  )
}

/** An apostrophe between letters belongs to the word. */
export function isInside(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (isCjk(code)) return false
  return isLetter(code) || (code === 39 && isLetter(text.charCodeAt(at + 1)))
}
