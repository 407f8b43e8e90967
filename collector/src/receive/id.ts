/** A trace or span ID: lower-case hex, or what is wrong with it. */
export type Id = string | IdFault
export interface IdFault {
  readonly fault: 'is empty' | 'has the wrong length' | 'is all zeros' | 'is not hexadecimal'
}

export const noId: IdFault = { fault: 'is empty' }
const wrongLength: IdFault = { fault: 'has the wrong length' }
const allZeros: IdFault = { fault: 'is all zeros' }
const notHex: IdFault = { fault: 'is not hexadecimal' }

export const traceIdBytes = 16
export const spanIdBytes = 8
const zeros = '0'.repeat(2 * traceIdBytes)

export function idFromBytes(bytes: Buffer, start: number, end: number, want: number): Id {
  if (end === start) return noId
  if (end - start !== want) return wrongLength
  return notZero(bytes.toString('hex', start, end))
}

const hexDigits = /^[0-9a-f]+$/
const base64Digits = /^[A-Za-z0-9+/_-]+={0,2}$/

/** Hex of any case; base64, which some exporters send by mistake, where it has exactly the length that it must have. */
export function idFromText(value: unknown, want: number): Id {
  if (value === undefined || value === null || value === '') return noId
  if (typeof value !== 'string') return notHex
  if (value.length === 2 * want) {
    const hex = value.toLowerCase()
    return hexDigits.test(hex) ? notZero(hex) : notHex
  }
  const unpadded = Math.ceil((want * 8) / 6)
  if (value.length === unpadded || value.length === Math.ceil(want / 3) * 4) {
    const bytes = base64Digits.test(value) ? Buffer.from(value, 'base64') : undefined
    if (bytes?.length === want) return notZero(bytes.toString('hex'))
  }
  return wrongLength
}

function notZero(hex: string): Id {
  return zeros.startsWith(hex) ? allZeros : hex
}
