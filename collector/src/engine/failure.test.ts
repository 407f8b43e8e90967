import { expect, test } from 'vitest'
import { failureOf, Refusal } from './failure.ts'

test.each([
  ['Code: 60. DB::Exception: Table d.t does not exist. (UNKNOWN_TABLE)', 60, 'UNKNOWN_TABLE', 404],
  [
    'Code: 241. DB::Exception: (total) memory limit exceeded (MEMORY_LIMIT_EXCEEDED)',
    241,
    'MEMORY_LIMIT_EXCEEDED',
    500,
  ],
  ['Code: 27. DB::Exception: before: \'"(FAKE_TYPE)"\'. (CANNOT_PARSE)', 27, 'CANNOT_PARSE', 400],
  ['something else', 1001, 'STD_EXCEPTION', 500],
])('%s', (message, code, type, status) => {
  expect(failureOf(new Error(message))).toMatchObject({ code, type, status })
})

test('the engine’s own repetition and the spool file are left out', () => {
  const message =
    'Code: 27. DB::Exception: Code: 27. DB::Exception: Bad row: (at row 2)\n: (in file/uri /d/spool/7): While (X_Y)'
  expect(failureOf(new Error(message)).text).toBe('Code: 27. DB::Exception: Bad row: (at row 2)\n: While (X_Y)')
})

test('a full disk is told as the engine tells it', () => {
  const error = Object.assign(new Error('write'), { code: 'ENOSPC' })
  expect(failureOf(error)).toMatchObject({ code: 243, type: 'NOT_ENOUGH_SPACE' })
})

test('a refusal is its own failure', () => {
  expect(failureOf(new Refusal(516, 'AUTHENTICATION_FAILED', 'no'))).toMatchObject({ code: 516, status: 401 })
})
