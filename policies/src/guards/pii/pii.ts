/**
 * Personal data that its form gives away: numbers with check digits, addresses, codes. One pass over the text; each
 * recogniser starts where such a thing can begin and looks a bounded distance around.
 */
import { isAlnum, isDigit, isLetter, isUpper } from '../chars.ts'
import { codeAt, ibanAt } from './code.ts'
import { emailAround } from './email.ts'
import { groupsAround, macAt } from './network.ts'
import { numbersAt } from './number.ts'
import type { Personal, Place } from './place.ts'
import { hostAround, urlAround } from './url.ts'
import { walletAt } from './wallet.ts'

/** All there is, in order of their starts, overlapping ones too. */
export function personalIn(place: Place): Personal[] {
  const { text } = place
  const all: Personal[] = []
  const found = (one: Personal | null) => {
    if (one !== null) all.push(one)
  }
  let inWord = false
  /** Numbers up to here have been read. */
  let read = 0
  /** Groups with colons up to here have been read. */
  let grouped = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 32 || (code >= 97 && code <= 122 && inWord)) {
      inWord = code !== 32
      continue
    }
    if (isAlnum(code)) {
      if (!inWord) {
        wordAt(place, at, code, found)
        if (isDigit(code) && at >= read) read = numbersAt(place, at, found)
      }
      inWord = true
      continue
    }
    const next = text.charCodeAt(at + 1)
    if (code === 64) found(emailAround(text, at, 0))
    else if (code === 46 && isLetter(next) && inWord) found(hostAround(place, at, 0))
    else if ((code === 43 && (isDigit(next) || next === 40)) || (code === 40 && isDigit(next))) {
      if (at >= read) read = Math.max(read, numbersAt(place, at, found))
    } else if (code === 58) {
      if (next === 47 && text.charCodeAt(at + 2) === 47) found(urlAround(text, at))
      else if (at >= grouped) {
        const one = groupsAround(text, at, 0)
        found(one)
        grouped = one?.end ?? (next === 58 ? at + 2 : at + 1)
      }
    }
    inWord = code === 95 && inWord
  }
  return all
}

function wordAt(place: Place, at: number, code: number, found: (one: Personal | null) => void): void {
  const { text } = place
  let end = at
  let digits = 0
  let lower = 0
  for (; end < text.length && end - at < 100; end++) {
    const unit = text.charCodeAt(end)
    if (isDigit(unit)) digits++
    else if (unit >= 97 && unit <= 122) lower++
    else if (!isUpper(unit)) break
  }
  if (digits === 0) {
    if (lower === 0 && end - at >= 8 && end - at <= 11) found(codeAt(place, at, end))
    return
  }
  if (
    isLetter(code) &&
    isDigit(text.charCodeAt(at + 2)) &&
    isDigit(text.charCodeAt(at + 3)) &&
    isLetter(text.charCodeAt(at + 1))
  ) {
    found(ibanAt(place, at))
  }
  const size = end - at
  if (
    size === 6 &&
    digits === 6 &&
    (text[end] === '-' || text[end] === '+') &&
    isAlnum(text.charCodeAt(end + 4)) &&
    !isAlnum(text.charCodeAt(end + 5))
  )
    found(codeAt(place, at, end + 5))
  if (size === 2 || size === 4) found(macAt(text, at))
  // an identifier goes on
  if (text[end] === '_' || text[at - 1] === '_') return
  if (lower === 0 && digits < size && size >= 7 && size <= 20) found(codeAt(place, at, end))
  if (size >= 26) found(walletAt(place, at, end))
}
