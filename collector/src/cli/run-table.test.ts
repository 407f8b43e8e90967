import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { answerOf, span, storedRun, supportRun } from '../../test/known-runs.ts'
import { runAnswerSchema } from './answers.ts'
import { runTable } from './run-table.ts'
import { tailLine } from './tail-line.ts'
import { unpainted } from './terminal.ts'

const runOf = async (stored: Parameters<typeof answerOf>[0]) => runAnswerSchema.parse(await answerOf(stored)).run
const wide = await runOf(
  storedRun([span({ name: '日本語の返金ワークフロー👩‍👩‍👧‍👦'.repeat(3), agent: 'エージェント' })], { costNano: null }),
)
const known = await runOf(supportRun())

test('columns line up, also behind wide characters', () => {
  const lines = runTable([known, wide], { paint: unpainted, width: null })
  expect(lines[0]).toMatch(/^STARTED \(UTC\) +TRACE ID +STATUS +RUN +TIME +COST +IN +OUT +LLM +TOOL +ERR +AGENTS$/)
  expect(lines[1]).toMatch(/refund .*12\.4 s +\$0\.00083 +22,408 +1,678 +3 +2 +2 +triage, research, billing$/)
  const time = stringWidth(lines[0]!.slice(0, lines[0]!.indexOf('TIME') + 4))
  expect([...lines[2]!].findIndex((_, at) => stringWidth([...lines[2]!].slice(0, at).join('')) > time)).toBeGreaterThan(
    0,
  )
  const ends = lines.map((line) =>
    stringWidth(line.slice(0, line.search(/TIME|ms|12\.4 s/) + (/TIME/.test(line) ? 4 : /12\.4 s/.test(line) ? 6 : 2))),
  )
  expect(new Set(ends).size).toBe(1)
})

test.each([20, 60, 80, 120])('no line passes column %i', (width) => {
  for (const line of runTable([known, wide], { paint: unpainted, width }))
    expect(stringWidth(line)).toBeLessThanOrEqual(width)
})

test('a line of tail says what is new', () => {
  expect(tailLine(known, undefined, { paint: unpainted })).toMatch(
    /^00:00:00 {2}4bf9\w+ {2}completed +refund +12\.4 s +\$0\.00083 {2}11 spans {2}3 llm {2}2 errors$/,
  )
  expect(tailLine({ ...known, rootSeen: false }, 4, { paint: unpainted })).toMatch(/running .* 11 spans \(\+7\)/)
})
