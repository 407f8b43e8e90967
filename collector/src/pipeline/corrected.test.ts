import { expect, test } from 'vitest'
import { someSpans } from '../../test/spans.ts'
import type { Span } from '../span.ts'
import type { Change } from '../store/store.ts'
import { createCorrected } from './corrected.ts'

/** Corrections as they are found, and a store that takes spans and corrections of those that it has. */
function setUp() {
  const found: Change[] = []
  const stored = new Map<string, Span>()
  const amended: (readonly string[])[] = []
  let away = false
  let hold: Promise<void> = Promise.resolve()
  const corrected = createCorrected(() => found.splice(0), {
    async accept(spans) {
      if (away) throw new Error('away')
      for (const span of spans) stored.set(span.spanId, span)
    },
    async amend(changes) {
      await hold
      if (away) throw new Error('away')
      amended.push(changes.map(({ fields }) => String(fields.agent)))
      for (const { spanId, fields } of changes) {
        const before = stored.get(spanId)
        if (before !== undefined) stored.set(spanId, { ...before, ...fields })
      }
      return changes.filter(({ spanId }) => !stored.has(spanId))
    },
  })
  const say = ({ traceId, spanId }: Span, agent: string, tenant: string | null = null) => {
    found.push({ tenant, traceId, spanId, fields: { agent } })
  }
  return {
    corrected,
    say,
    amended,
    agents: () => [...stored.values()].map(({ agent }) => agent),
    setAway: (is: boolean) => {
      away = is
    },
    holdUntil: (until: Promise<void>) => {
      hold = until
    },
  }
}

const [a, b] = someSpans(2) as [Span, Span]

test('a correction of a span that is stored is stored, once', async () => {
  const { corrected, say, amended, agents } = setUp()
  await corrected.accept([a])
  say(a, 'x')
  await corrected.flush()
  await corrected.flush()
  expect([agents(), amended, corrected.waiting()]).toEqual([['x'], [['x']], 0])
})

test('one of a span that is yet to be written is written with it, the last word last, and of its tenant only', async () => {
  const { corrected, say, amended, agents } = setUp()
  say(a, 'first')
  say(a, 'last')
  say(a, 'other', 'tenant')
  await corrected.flush()
  expect(corrected.waiting()).toBe(3)
  await corrected.accept([a, b])
  expect(agents()).toEqual(['last', 'triage'])
  expect([amended, corrected.waiting()]).toEqual([[['first', 'last', 'other']], 1])
})

test('one whose span is written at this moment is tried again', async () => {
  const { corrected, say, amended, agents } = setUp()
  const written = corrected.accept([a])
  say(a, 'x')
  await written
  await corrected.flush()
  expect([agents(), amended, corrected.waiting()]).toEqual([['x'], [['x']], 0])
})

test('one that the store did not take is refused and kept', async () => {
  const { corrected, say, amended, agents, setAway } = setUp()
  await corrected.accept([a])
  say(a, 'x')
  setAway(true)
  await expect(corrected.flush()).rejects.toThrow('away')
  await expect(corrected.flush()).rejects.toThrow('away')
  setAway(false)
  await corrected.flush()
  expect([agents(), amended, corrected.waiting()]).toEqual([['x'], [['x']], 0])
})

test('one whose block was refused is there when the span comes again', async () => {
  const { corrected, say, agents, setAway } = setUp()
  say(a, 'x')
  setAway(true)
  await expect(corrected.accept([a])).rejects.toThrow('away')
  setAway(false)
  await corrected.accept([a])
  expect([agents(), corrected.waiting()]).toEqual([['x'], 0])
})

test('one whose span never comes is given up', async () => {
  const { corrected, say, amended } = setUp()
  say(a, 'x')
  for (let tries = 0; corrected.waiting() > 0 || tries === 0; tries++) await corrected.flush()
  expect(amended).toHaveLength(50)
})

test('who asks while corrections are being stored waits for them, and for those that turned out since together', async () => {
  const { corrected, say, amended, holdUntil } = setUp()
  const { promise, resolve } = Promise.withResolvers<void>()
  await corrected.accept([a, b])
  holdUntil(promise)
  say(a, 'x')
  const first = corrected.flush()
  await Promise.resolve()
  say(a, 'y')
  const second = corrected.flush()
  say(b, 'z')
  const third = corrected.flush()
  resolve()
  await Promise.all([first, second, third])
  expect(amended).toEqual([['x'], ['y', 'z']])
})
