import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { answerOf, span, storedRun, supportRun } from '../../test/known-runs.ts'
import { runAnswerSchema } from './answers.ts'
import { painted, unpainted } from './terminal.ts'
import { treeLines } from './tree.ts'

const golden = (name: string) => join(import.meta.dirname, 'golden', name)
const answer = runAnswerSchema.parse(await answerOf(supportRun()))
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`

describe('the tree of a run', () => {
  test('plain', async () => {
    await expect(text(treeLines(answer, { paint: unpainted, width: null, full: false }))).toMatchFileSnapshot(
      golden('run.txt'),
    )
  })
  test('with inputs and outputs', async () => {
    await expect(text(treeLines(answer, { paint: unpainted, width: null, full: true }))).toMatchFileSnapshot(
      golden('run-full.txt'),
    )
  })
  test('in colour', async () => {
    await expect(text(treeLines(answer, { paint: painted, width: null, full: false }))).toMatchFileSnapshot(
      golden('run-colour.txt'),
    )
  })

  test.each([40, 60, 80, 100])('no span passes column %i', (width) => {
    const [, ...spans] = text(treeLines(answer, { paint: unpainted, width, full: false })).split('\n\n')
    for (const line of spans.join('\n').split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width)
  })

  test('colours change nothing but colour', () => {
    const settings = { width: 90, full: true }
    const colourless = treeLines(answer, { ...settings, paint: painted }).map((line) => stripVTControlCharacters(line))
    expect(colourless.map((line) => line.trimEnd())).toEqual(
      treeLines(answer, { ...settings, paint: unpainted }).map((line) => line.trimEnd()),
    )
  })

  test('what came from outside brings no control character, in any field', async () => {
    const evil = '\u001b[2J\u202e\u0007\u009b31m\r\n'
    const texts = {
      name: evil,
      agent: evil,
      statusMessage: evil,
      errorType: evil,
      input: evil,
      output: evil,
      toolArgs: evil,
      requestModel: evil,
      warnings: [evil],
      cut: { [evil]: 1 },
    }
    const run = storedRun(
      [span({ ...texts, status: 'error', retrievalQuery: evil, retrievalDocuments: `["${evil}` })],
      { workflow: evil, userId: evil, outcome: evil },
      [],
      [null, span().spanId].map((spanId) => {
        const said = { name: evil, label: evil, explanation: evil, source: evil }
        return { ...said, tenantId: null, traceId: span().traceId, spanId, value: 1, timeMs: 0 }
      }),
    )
    const answered = (await answerOf(run)) as { run: object }
    const hostile = runAnswerSchema.parse({ ...answered, run: { ...answered.run, outcomeReason: evil } })
    for (const full of [true, false]) {
      for (const line of treeLines(hostile, { paint: unpainted, width: null, full })) {
        expect(line).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
      }
    }
  })

  test('deep runs stay readable: the indent ends, the depth is said', async () => {
    const id = (n: number) => n.toString(16).padStart(16, '0')
    const spans = Array.from({ length: 3000 }, (_, at) =>
      span({ spanId: id(at + 1), parentSpanId: at === 0 ? null : id(at), name: 'step' }),
    )
    const lines = treeLines(runAnswerSchema.parse(await answerOf(storedRun(spans))), {
      paint: unpainted,
      width: null,
      full: false,
    })
    expect(lines.at(-1)).toMatch(/└─ 2999: other step$/)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120)
  })
})
