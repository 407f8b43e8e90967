import { getPublicSuffix } from 'tldts'
import { isAlnum, isWord } from '../chars.ts'
import { isKnown } from './email.ts'
import { type Personal, type Place, personal } from './place.ts'

const schemes = new Set('http https ftp ftps ws wss sftp'.split(' '))
/** No one's: the machine itself. */
const local = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/i

/** The address around the `://` at `at`. */
export function urlAround(text: string, at: number): Personal | null {
  let start = at
  while (start > 0 && at - start < 6 && isAlnum(text.charCodeAt(start - 1))) start--
  if (!schemes.has(text.slice(start, at).toLowerCase())) return null
  const end = urlEnd(text, at + 3)
  const authority = /^[^/?#]*/.exec(text.slice(at + 3, Math.min(end, at + 260)))?.[0] ?? ''
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d+$/, '')
  if (host === '' || local.test(host) || /[{}<>$%*]/.test(host) || !host.includes('.')) return null
  return personal('URL', 'url', start, end, 0.9, 'A web address.')
}

const MAX_URL = 2048

function urlEnd(text: string, from: number): number {
  let end = from
  let open = 0
  for (; end < text.length && end - from < MAX_URL; end++) {
    const char = text[end] as string
    if (char <= ' ' || '"\'<>`\\|{}^'.includes(char) || char > '\u2000') break
    if (char === '(' || char === '[') open++
    if ((char === ')' || char === ']') && open-- === 0) break
  }
  while (end > from && '.,;:!?*_'.includes(text[end - 1] as string)) end--
  return end
}

/** Endings that are hardly anything but a host's. */
const plain = new Set('com org edu gov mil int'.split(' '))
/** Endings that code and prose have too: taken with `www.`, three labels, a path or a word for it beside. */
const usual = new Set(
  'net info biz io co ai dev app me tv us uk de fr es it nl be ch at se no dk fi pl cz pt gr ie ca au nz in jp cn kr br mx ar za ru ua tr eu online site shop store tech cloud blog news xyz club world live'.split(
    ' ',
  ),
)

/** A host name without scheme: `www.acme.de`, `acme-corp.com/about`. `at` is the dot before its last label. */
export function hostAround(place: Place, dot: number, floor: number): Personal | null {
  const { text } = place
  let end = dot + 1
  while (end - dot < 8 && isLower(text.charCodeAt(end))) end++
  const tld = text.slice(dot + 1, end)
  const isPlain = plain.has(tld)
  if (!isPlain && !usual.has(tld)) return null
  const after = text[end] ?? ''
  if (isWord(text.charCodeAt(end)) || '(=[@'.includes(after === '' ? ' ' : after) || text.startsWith('::', end))
    return null
  if ((after === '.' || after === '-') && isAlnum(text.charCodeAt(end + 1))) return null
  let start = dot
  let labels = 1
  while (start > floor && dot - start < 120) {
    const code = text.charCodeAt(start - 1)
    if (code === 46) labels++
    else if (!isAlnum(code) && code !== 45) break
    start--
  }
  while (start < dot && (text[start] === '.' || text[start] === '-')) start++
  const before = text[start - 1] ?? ''
  if (dot - start < 2 || '@/\\_$#%=.+~'.includes(before === '' ? ' ' : before)) return null
  const host = text.slice(start, end).toLowerCase()
  const isWww = host.startsWith('www.')
  const hasPath = after === '/' && isAlnum(text.charCodeAt(end + 1))
  const likely = isWww || (isPlain && labels <= 4) || hasPath || place.near('site', start, end, 30, 8)
  if (!likely || !isKnown(host) || getPublicSuffix(host) === host) return null
  return personal(
    'URL',
    'host',
    start,
    hasPath || after === '/' ? urlEnd(text, end) : end,
    isWww ? 0.85 : 0.55,
    'A host name.',
  )
}

const isLower = (code: number): boolean => code >= 97 && code <= 122
