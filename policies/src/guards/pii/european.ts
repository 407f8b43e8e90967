/** National numbers of European countries, as their issuers check them. */
import { luhn, mod1110, weighted } from '../checksum.ts'
import { type National, national } from './national.ts'

const digit = (digits: string, at: number): number => digits.charCodeAt(at) - 48
/** Day, month, year of two digits; the month may carry a century or sex. */
const isDay = (digits: string): boolean => /^(?:0[1-9]|[12]\d|3[01])(?:[048][1-9]|[159][0-2])\d\d/.test(digits)

/** The check digit is `base` less the weighted sum, where that has one. */
const mod11 = (digits: string, weights: readonly number[]): boolean => {
  const rest = 11 - (weighted(digits, weights) % 11)
  return rest !== 10 && (rest === 11 ? 0 : rest) === digit(digits, weights.length)
}

const first = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]
const second = [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]
function baltic(digits: string): boolean {
  const once = weighted(digits, first) % 11
  const twice = weighted(digits, second) % 11
  return /^[1-8]\d\d(?:0[1-9]|1[0-2])/.test(digits) && (once < 10 ? once : twice % 10) === digit(digits, 10)
}

export const european: readonly National[] = [
  national('BE_NATIONAL_NUMBER', 'BE', 'beId', 11, '2-2-2-3-2 6-3-2', (d) => {
    const rest = Number(d.slice(9))
    return 97 - (Number(d.slice(0, 9)) % 97) === rest || 97 - (Number(`2${d.slice(0, 9)}`) % 97) === rest
  }),
  national('PT_NIF', 'PT', 'ptNif', 9, '3-3-3', (d) => {
    const rest = weighted(d, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return /^[1-9]/.test(d) && (rest < 2 ? 0 : 11 - rest) === digit(d, 8)
  }),
  national('AT_SVNR', 'AT', 'atSv', 10, '4-6', (d) => {
    return weighted(d, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === digit(d, 3) && /^[1-9]\d{3}[0-3]\d[01]\d/.test(d)
  }),
  national('CH_AHV', 'CH', 'ahv', 13, '3-4-4-2', (d) => {
    return d.startsWith('756') && (10 - (weighted(d, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === digit(d, 12)
  }),
  national('DK_CPR', 'DK', 'cpr', 10, '6-4', isDay),
  national('NO_FNR', 'NO', 'fnr', 11, '6-5', (d) => {
    return mod11(d, [3, 7, 6, 1, 8, 9, 4, 5, 2]) && mod11(d, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
  }),
  national('CZ_BIRTH_NUMBER', 'CZ', 'rodne', 10, '6-4', (d) => {
    return Number(d) % 11 === 0 && /^\d\d[0-8]\d[0-3]\d/.test(d)
  }),
  national('RO_CNP', 'RO', 'cnp', 13, '', (d) => {
    const rest = weighted(d, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return /^[1-9]/.test(d) && (rest === 10 ? 1 : rest) === digit(d, 12)
  }),
  national('BG_EGN', 'BG', 'egn', 10, '', (d) => (weighted(d, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digit(d, 9)),
  national('GR_AMKA', 'GR', 'amka', 11, '6-5', (d) => luhn(d) && /^[0-3]\d[01]\d/.test(d)),
  national('GR_AFM', 'GR', 'afm', 9, '', (d) => {
    return (weighted(d, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === digit(d, 8)
  }),
  national('HR_OIB', 'HR', 'oib', 11, '', mod1110),
  national('EE_LT_PERSONAL_CODE', '', 'isikukood', 11, '', baltic),
  national('HU_TAJ', 'HU', 'taj', 9, '3-3-3', (d) => weighted(d, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === digit(d, 8)),
  national('SI_EMSO', 'SI', 'emso', 13, '', (d) => mod11(d, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])),
]
