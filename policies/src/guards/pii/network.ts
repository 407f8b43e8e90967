import { isAlnum, isHex } from '../chars.ts'
import { type Personal, personal } from './place.ts'

/** An IPv6 or MAC address in the run of hexadecimal groups around the `:` or `-` at `at`. */
export function groupsAround(text: string, at: number, floor: number): Personal | null {
  let start = at
  while (start > floor && at - start < 5 && isHex(text.charCodeAt(start - 1))) start--
  let end = at
  while (end < text.length && end - start < 50 && (isHex(text.charCodeAt(end)) || text[end] === ':')) end++
  // fingerprints of keys are longer
  if (text[start - 1] === ':' || (isHex(text.charCodeAt(end)) && end - start >= 50)) return null
  // v4 in the tail of v6
  if (text[end] === '.' && /:\d{1,3}$/.test(text.slice(start, end))) {
    while (end - start < 50 && /[0-9.]/.test(text[end] ?? '')) end++
  }
  while (text[end - 1] === '.') end--
  if (text[end - 1] === ':' && text[end - 2] !== ':') end--
  if (
    isAlnum(text.charCodeAt(start - 1)) ||
    isAlnum(text.charCodeAt(end)) ||
    text[end] === '_' ||
    text[start - 1] === '_'
  )
    return null
  const run = text.slice(start, end)
  if (mac.test(run)) return macFinding(run, start, end)
  return isV6(run)
    ? personal('IP_ADDRESS', 'ipv6', start, end, 0.9, 'Groups of hexadecimal digits: an IPv6 address.')
    : null
}

const mac = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i
const dashed = /[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?![\w-])/iy
const dotted = /[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])/iy

/** `00-1B-63-84-45-E6` or `001b.6384.45e6` at the word that begins at `at`. */
export function macAt(text: string, at: number): Personal | null {
  const separator = text[at + 2] === '-' ? dashed : text[at + 4] === '.' ? dotted : null
  if (separator === null || /[-.]/.test(text[at - 1] ?? '')) return null
  separator.lastIndex = at
  if (!separator.test(text)) return null
  return macFinding(text.slice(at, separator.lastIndex), at, separator.lastIndex)
}

function macFinding(run: string, start: number, end: number): Personal | null {
  // broadcast and all zero are no one's
  const digits = run.replace(/[^0-9a-f]/gi, '').toLowerCase()
  return /^(.)\1+$/.test(digits) ? null : macOf(start, end)
}

const macOf = (start: number, end: number) =>
  personal('MAC_ADDRESS', 'mac', start, end, 0.85, 'Six pairs of hexadecimal digits: a MAC address.')

function isV6(run: string): boolean {
  if (run.length < 3 || !run.includes(':')) return false
  const halves = run.split('::')
  if (halves.length > 2) return false
  let groups = 0
  for (const half of halves) {
    if (half === '') continue
    const parts = half.split(':')
    for (const [i, part] of parts.entries()) {
      if (part.includes('.')) {
        if (i !== parts.length - 1 || !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(part)) return false
        groups += 2
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups++
      else return false
    }
  }
  if (halves.length === 1) return groups === 8
  // `a::b` is more often code: one group must be long and some digit must be there
  return groups >= 2 && groups <= 7 && /[0-9a-f]{3}/i.test(run) && /\d/.test(run) && /[0-9a-f]{3,4}:/i.test(run)
}
