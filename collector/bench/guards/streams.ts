/** Whether a text that comes in two pieces, cut at any place, or letter by letter, comes out as the whole does. */
import { createGuardStream, type GuardPolicy, guard } from '@outrider/policies/guards'

/** Longer texts are cut in the tests of the streams. */
const LONGEST = 700

export function streamLine(texts: readonly string[], policy: GuardPolicy): string {
  let cuts = 0
  const wrong = new Set<string>()
  const short = texts.filter((text) => text.length <= LONGEST)
  for (const text of short) {
    const whole = guard(text, 'output', policy).text
    const tried = (pieces: readonly string[]) => {
      const stream = createGuardStream('output', policy)
      cuts++
      if (pieces.map((piece) => stream.push(piece)).join('') + stream.end() !== whole) wrong.add(text)
    }
    tried([...text])
    for (let at = 1; at < text.length; at++) tried([text.slice(0, at), text.slice(at)])
  }
  return `Streams: ${short.length} texts, cut in ${cuts} ways; ${wrong.size} come out otherwise than the whole`
}
