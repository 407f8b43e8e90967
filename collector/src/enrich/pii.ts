import { type Finding, isDigit, isLetter, isUpper, isWord } from './finding.ts'

const domain = /(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/y
/** `logo@2x.png` is a file. */
const files: ReadonlySet<string> = new Set([
  'png',
  'jpg',
  'jpeg',
  'gif',
  'svg',
  'webp',
  'js',
  'mjs',
  'ts',
  'css',
  'json',
])

/** The e-mail address around the `@` at `at`; its name may reach back to `floor`. */
export function emailAround(text: string, at: number, floor: number): Finding | null {
  let start = at
  while (start > floor && at - start < 64 && isLocal(text.charCodeAt(start - 1))) start--
  while (start < at && text.charCodeAt(start) === 46) start++
  if (start === at || text.charCodeAt(at - 1) === 46) return null
  domain.lastIndex = at + 1
  if (!domain.test(text)) return null
  const end = domain.lastIndex
  if (isWord(text.charCodeAt(end)) || text.slice(start, at) === 'git') return null
  const last = text.slice(text.lastIndexOf('.', end - 1) + 1, end).toLowerCase()
  return files.has(last) ? null : { start, end, type: 'EMAIL_ADDRESS' }
}

function isLocal(code: number): boolean {
  return isWord(code) || code === 46 || code === 43 || code === 37
}

/** Card, social security number or public address that begins with the digit at `at`, the first of its word. */
export function numberAt(text: string, at: number): Finding | null {
  if (text.charCodeAt(at - 1) === 46) return null
  const digits: number[] = []
  let dots = 0
  let card = -1
  let end = at
  for (; end < text.length && end < at + 40; end++) {
    const code = text.charCodeAt(end)
    if (isDigit(code)) {
      digits.push(code - 48)
      const after = text.charCodeAt(end + 1)
      if (digits.length >= 13 && dots === 0 && !isDigit(after) && !isTail(text, end + 1) && isCard(digits))
        card = end + 1
      continue
    }
    if (!(code === 32 || code === 45 || code === 46) || !isDigit(text.charCodeAt(end + 1))) break
    if (code === 46) dots++
  }
  if (card !== -1) return { start: at, end: card, type: 'CREDIT_CARD' }
  if (digits.length === 9 && end - at === 11) return isSsn(text, at, end) ? { start: at, end, type: 'US_SSN' } : null
  return dots === 3 ? addressIn(text, at) : null
}

/** A letter, or a fraction, after the number: then it is none of ours. */
function isTail(text: string, end: number): boolean {
  const code = text.charCodeAt(end)
  return isLetter(code) || code === 95 || (code === 46 && isDigit(text.charCodeAt(end + 1)))
}

/** Lengths by the first digits that issuers use; then Luhn's check digit. */
function isCard(digits: readonly number[]): boolean {
  const size = digits.length
  const two = (digits[0] as number) * 10 + (digits[1] as number)
  const four = two * 100 + (digits[2] as number) * 10 + (digits[3] as number)
  const isIssued =
    (digits[0] === 4 && (size === 13 || size === 16 || size === 19)) ||
    ((two === 34 || two === 37) && size === 15) ||
    ((two === 36 || two === 30 || two === 38 || two === 39) && size === 14) ||
    (((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) && size === 16) ||
    ((four === 6011 || two === 65 || two === 64 || two === 62 || two === 35) && size >= 16 && size <= 19)
  if (!isIssued) return false
  let sum = 0
  for (let index = 0; index < size; index++) {
    const digit = digits[size - 1 - index] as number
    const doubled = digit * 2
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const ssn = /(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}/y

function isSsn(text: string, at: number, end: number): boolean {
  ssn.lastIndex = at
  return ssn.test(text) && ssn.lastIndex === end && !isWord(text.charCodeAt(end))
}

const address = /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/y

/** A public IPv4 address. Few digits are more often a version: `1.2.3.4`. */
function addressIn(text: string, at: number): Finding | null {
  address.lastIndex = at
  const octets = address.exec(text)?.slice(1).map(Number)
  const end = address.lastIndex
  if (octets === undefined || end - at < 9 || isTail(text, end) || isWord(text.charCodeAt(end))) return null
  const [a, b] = octets as [number, number]
  if (octets.some((octet) => octet > 255) || a === 0 || a === 10 || a === 127 || a >= 224) return null
  if ((a === 169 && b === 254) || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return null
  return { start: at, end, type: 'IP_ADDRESS' }
}

/** A number in international form from the `+` at `at`: 8 to 15 digits. */
export function phoneAt(text: string, at: number): Finding | null {
  if (isWord(text.charCodeAt(at - 1)) || text.charCodeAt(at + 1) === 48) return null
  let digits = 0
  let end = at + 1
  let last = end
  for (; end < text.length && digits < 15 && end < at + 32; end++) {
    const code = text.charCodeAt(end)
    if (isDigit(code)) {
      digits++
      last = end + 1
    } else if (end === at + 1 || end - last > 1 || !' ().-'.includes(text[end] as string)) break
  }
  if (digits < 8 || isWord(text.charCodeAt(last)) || isTail(text, last)) return null
  return { start: at, end: last, type: 'PHONE_NUMBER' }
}

/** Characters of an IBAN by country, after the registry. */
const ibanSizes: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 ' +
    'LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 ' +
    'SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** An IBAN at the word at `at`, in one piece or in groups: length of its country, remainder 1 of 97. */
export function ibanAt(text: string, at: number): Finding | null {
  if (!isUpper(text.charCodeAt(at + 1)) || !isDigit(text.charCodeAt(at + 2)) || !isDigit(text.charCodeAt(at + 3)))
    return null
  const size = ibanSizes.get(text.slice(at, at + 2))
  if (size === undefined) return null
  let iban = ''
  let end = at
  for (; iban.length < size; end++) {
    const code = text.charCodeAt(end)
    if (isDigit(code) || isUpper(code)) iban += text[end]
    else if (code !== 32 || text.charCodeAt(end - 1) === 32) return null
  }
  if (isWord(text.charCodeAt(end))) return null
  let remainder = 0
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = isDigit(char.charCodeAt(0)) ? Number(char) : char.charCodeAt(0) - 55
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1 ? { start: at, end, type: 'IBAN_CODE' } : null
}
