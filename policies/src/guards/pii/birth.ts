import { type Digits, endOfGroup } from './digits.ts'
import { type Personal, type Place, personal } from './place.ts'

/** `12 March 1984`, `12. März 1984`, `12 de marzo de 1984`, `12, 1984` after a month. */
const written =
  /\d{1,2}(?:st|nd|rd|th|er|º)?\.?,? (?:(?:of |de |di )?\p{L}{3,10}\.?,? (?:de |del )?)?(?:19|20)\d\d(?![\w-])/uy
const month = /(?:^|[^\p{L}])(\p{L}{3,10}\.? )$/u
const WHY = 'A date beside a word for a birth.'

/** The date of birth that begins with this group. Other dates are nobody's. */
export function birthAt(place: Place, digits: Digits, at: number, isPlain: boolean): Personal | null {
  if (!place.has('birth')) return null
  const { text } = place
  const start = digits.starts[at] as number
  if (isPlain) return told(place, start, endOfGroup(digits, at + 2))
  if ((digits.sizes[at] as number) > 2) return null
  written.lastIndex = start
  const said = written.exec(text)?.[0]
  if (said === undefined) return null
  const before = /\p{L}/u.test(said.replace(/^\d+(?:st|nd|rd|th|er)?/, ''))
    ? null
    : month.exec(text.slice(Math.max(0, start - 12), start))
  if (before === null && !/ .* /.test(said)) return null
  return told(place, start - (before?.[1]?.length ?? 0), start + said.length)
}

function told(place: Place, start: number, end: number): Personal | null {
  return place.near('birth', start, end, 32, 8) ? personal('DATE_TIME', 'birth', start, end, 0.8, WHY) : null
}
