/** National numbers of Asia, the Pacific and South America, as their issuers check them. */
import { luhn, weighted } from '../checksum.ts'
import { type National, national } from './national.ts'

const digit = (digits: string, at: number): number => digits.charCodeAt(at) - 48

/** Of China, ISO 7064 mod 11,2; the last is an X for ten. */
export function residentId(code: string): boolean {
  const rest = weighted(code, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11
  return '10X98765432'[rest] === code[17]
}

export const asian: readonly National[] = [
  national(
    'CN_RESIDENT_ID',
    'CN',
    'cnId',
    18,
    '',
    (d) => residentId(d) && /^[1-8]\d{5}(?:19|20)\d\d[01]\d[0-3]/.test(d),
  ),
  national('IL_ID', 'IL', 'ilId', 9, '', luhn),
  national('JP_MY_NUMBER', 'JP', 'jpId', 12, '4-4-4', (d) => {
    const rest = weighted(d, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return (rest < 2 ? 0 : 11 - rest) === digit(d, 11)
  }),
  national('KR_BRN', 'KR', 'krBusiness', 10, '3-2-5', (d) => {
    const sum = weighted(d, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor((digit(d, 8) * 5) / 10)
    return (10 - (sum % 10)) % 10 === digit(d, 9)
  }),
  national('MY_NRIC', 'MY', 'mykad', 12, '6-2-4', (d) => /^\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(d)),
  national('ID_NIK', 'ID', 'nik', 16, '', (d) => /^[1-9]\d{5}(?:[0-6]\d|7[01])(?:0[1-9]|1[0-2])\d\d/.test(d)),
  national('NZ_IRD', 'NZ', 'ird', 9, '3-3-3', ird),
  national('NZ_IRD', 'NZ', 'ird', 8, '2-3-3', (d) => ird(`0${d}`)),
  national('CL_RUT', 'CL', 'rut', 9, '2-3-3-1 8-1', (d) => {
    const rest = 11 - (weighted(d, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)
    return rest !== 10 && (rest === 11 ? 0 : rest) === digit(d, 8)
  }),
]

function ird(digits: string): boolean {
  const once = weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11
  if (once <= 1) return once === digit(digits, 8) || (once === 0 && digit(digits, 8) === 0)
  if (11 - once !== 10) return 11 - once === digit(digits, 8)
  const twice = weighted(digits, [7, 4, 3, 2, 5, 2, 7, 6]) % 11
  return (twice === 0 ? 0 : 11 - twice) === digit(digits, 8)
}
