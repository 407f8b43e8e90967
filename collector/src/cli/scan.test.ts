import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { type ScanOptions, scan } from './scan.ts'
import type { Terminal } from './terminal.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-scan-'))
afterAll(() => rmSync(dir, { recursive: true }))

async function run(lines: readonly string[], options: Partial<ScanOptions> = {}) {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const terminal = { talk: say, warn: say } as unknown as Terminal
  const out = new PassThrough()
  const chunks: Buffer[] = []
  out.on('data', (chunk: Buffer) => chunks.push(chunk))
  const failure = await scan(terminal, { OUTRIDER_CONFIG: '' }, Readable.from([lines.join('\n')]), out, {
    direction: 'input',
    pack: ['baseline'],
    ...options,
  }).then(
    () => null,
    (cause: { exitCode: number; message: string }) => cause,
  )
  const text = Buffer.concat(chunks).toString()
  return {
    failure,
    said,
    answers: text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  }
}

describe('outrider scan', () => {
  test('one answer a line, with its own fields', async () => {
    const { answers, failure, said } = await run([
      '{"id":"1","text":"mail bob@acme.com"}',
      '',
      '{"id":"2","text":"all is well","direction":"output"}',
    ])
    expect(failure).toBe(null)
    expect(answers.map((one) => Object.keys(one))).toEqual(
      Array(2).fill(['id', 'action', 'flagged', 'score', 'findings', 'ms']),
    )
    expect(answers[0]).toMatchObject({
      id: '1',
      action: 'redact',
      flagged: true,
      findings: [{ guard: 'pii', type: 'EMAIL_ADDRESS', start: 5, end: 17 }],
    })
    expect(answers[1]).toMatchObject({ id: '2', action: 'allow', flagged: false, findings: [] })
    expect(said.at(-1)).toMatch(/^2 texts scanned with baseline [0-9a-f]{16}, patterns by re2(?:js)?, 1 flagged$/)
  })
  test('a line that cannot be read is named, the others are judged, and the end is a failure', async () => {
    const { answers, failure, said } = await run(['{"id":"1","text":"x"}', 'nonsense', '{"id":"2"}'])
    expect(answers).toHaveLength(1)
    expect(said.filter((line) => /^line [23]: not a JSON object/.test(line))).toHaveLength(2)
    expect(failure?.exitCode).toBe(1)
  })
  test.each(['hash', 'vault', 'mask'])('whatever a policy hides with: %s', async (operator) => {
    const file = join(dir, `${operator}.yaml`)
    writeFileSync(file, `name: house\nextends: baseline\npii: { operator: ${operator} }\n`)
    const { answers, failure } = await run(['{"id":"1","text":"mail bob@acme.com"}'], { pack: [file] })
    expect(failure).toBe(null)
    expect(answers).toMatchObject([{ action: 'redact', findings: [{ type: 'EMAIL_ADDRESS' }] }])
  })
  test('packs by name and by file; what is wrong with one is said with its path', async () => {
    const file = join(dir, 'house.yaml')
    writeFileSync(file, 'name: house\nrules: [{ name: employee, pattern: "EMP-[0-9]{6}", action: block }]\n')
    expect((await run(['{"id":1,"text":"EMP-123456"}'], { pack: ['baseline', file] })).answers[0]).toMatchObject({
      id: 1,
      action: 'block',
    })
    writeFileSync(file, 'name: house\npii: { acton: flag }\n')
    const { failure } = await run([], { pack: [file] })
    expect(failure?.exitCode).toBe(3)
    expect(failure?.message).toContain('pii.acton is not a setting; did you mean action?')
    expect((await run([], { pack: ['basline'] })).failure?.message).toContain(
      'basline is none of baseline, finance, health, strict',
    )
  })
})
