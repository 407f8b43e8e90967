import { ClickHouseError } from '@clickhouse/client'
import { describe, expect, it } from 'vitest'
import { OutriderError } from '../errors.ts'
import { failureOf, storeError } from './failure.ts'

const answer = (code: string) => new ClickHouseError({ message: 'row 1: secret@example.com', code, type: 'X' })

describe('a failed statement', () => {
  it.each([
    ['a full disk', answer('243'), 'full', 'OUT_DISK_FULL'],
    ['a timeout', answer('159'), 'away', 'OUT_STORE_UNAVAILABLE'],
    ['too many parts', answer('252'), 'away', 'OUT_STORE_UNAVAILABLE'],
    [
      'a dropped connection',
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      'away',
      'OUT_STORE_UNAVAILABLE',
    ],
    ['a block too large for the memory', answer('241'), 'large', 'OUT_STORE_UNAVAILABLE'],
    ['a row that cannot be read', answer('33'), 'data', 'OUT_STORE_REFUSED'],
    ['a wrong password', answer('516'), 'refused', 'OUT_STORE_REFUSED'],
    ['a code of the future', answer('9999'), 'refused', 'OUT_STORE_REFUSED'],
  ])('%s is told as what it is, retryable, without quoting data', (_name, cause, failure, code) => {
    expect(failureOf(cause)).toBe(failure)
    const error = storeError(cause, 'Writing')
    expect(error).toMatchObject({ code, retryable: true, status: 503, cause })
    expect(JSON.stringify(error)).not.toContain('secret')
  })

  it('that is known already stays what it is', () => {
    const known = new OutriderError('OUT_STOPPING', 'x')
    expect(storeError(known, 'Writing')).toBe(known)
  })
})
