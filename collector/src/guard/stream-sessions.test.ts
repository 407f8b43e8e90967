import type { Action } from '@outrider/policies/guards'
import { expect, test } from 'vitest'
import { createStreamSessions, type Judging, type StreamSessionsSettings } from './stream-sessions.ts'

/** Texts that go on as they are, stopped where they say `stop`. */
function setUp(settings: StreamSessionsSettings = {}) {
  const done: string[] = []
  let clock = 0
  const sessions = createStreamSessions({ ...settings, now: () => clock })
  const begin = (): Judging => {
    let text = ''
    const action = (): Action => (text.includes('stop') ? 'block' : 'allow')
    const push = (piece: string) => {
      text += piece
      return piece
    }
    const stream = { push, end: () => '', until: () => text.length, action, findings: () => [] }
    return { stream, done: (whole, how) => void done.push(`${how} ${whole}`) }
  }
  const take = (key: string, at: number, text: string, more: { end?: boolean; released?: number } = {}) => {
    const taken = sessions.take(key, { at, text, end: more.end ?? false, released: more.released ?? null }, begin)
    return taken.kind === 'answer' ? taken.answer.text : taken.kind
  }
  return { sessions, done, take, wait: (ms: number) => (clock += ms) }
}

test('the text that was silent the longest goes first, and its findings are told', () => {
  const { sessions, done, take } = setUp({ sessions: 2 })
  take('a', 0, 'one')
  take('b', 0, 'two')
  take('a', 3, ' more')
  take('c', 0, 'three')
  expect([sessions.size, done]).toEqual([2, ['allow two']])
  expect(take('b', 3, 'x')).toBe('unknown')
  expect(take('a', 8, '!')).toBe('!')
})

test('all texts together are bounded, also those at their end', () => {
  const { sessions, take } = setUp({ units: 100 })
  for (let i = 0; i < 50; i++) take(`${i}`, 0, 'x'.repeat(10), { end: i % 2 === 0 })
  expect(sessions.held).toBeLessThanOrEqual(100)
  expect(sessions.size).toBeGreaterThan(2)
  sessions.close()
  expect([sessions.held, sessions.size]).toEqual([0, 0])
})

test('what nobody goes on with is forgotten', () => {
  const { sessions, done, take, wait } = setUp({ idleMs: 1000 })
  take('a', 0, 'one')
  wait(600)
  take('b', 0, 'two')
  wait(600)
  sessions.sweep()
  expect([done, sessions.size]).toEqual([['allow one'], 1])
})

test('one text is bounded', () => {
  const { take } = setUp({ longest: 10 })
  expect(take('a', 0, '12345')).toBe('12345')
  expect(take('a', 5, '678901')).toBe('too long')
  expect(take('a', 5, '67890')).toBe('67890')
})

test('after its end or a stop a text goes no further, and is told once', () => {
  const { done, take } = setUp()
  take('a', 0, 'one', { end: true })
  expect(take('a', 3, 'two')).toBe('unknown')
  take('b', 0, 'go ')
  expect(take('b', 3, 'stop')).toBe('')
  expect(take('b', 3, 'stop')).toBe('')
  expect(take('b', 7, 'more')).toBe('unknown')
  expect(done).toEqual(['allow one', 'block go stop'])
})

test('begun again it answers what is not handed on yet', () => {
  const { take } = setUp()
  expect(take('a', 0, 'hello world', { released: 6 })).toBe('world')
  expect(take('a', 11, '!')).toBe('!')
  expect(take('a', 0, 'hello world!', { released: 12, end: true })).toBe('')
})
