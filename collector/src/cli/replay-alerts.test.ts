import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from './program.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-replay-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, text: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** What the command prints and says, and how it ends. */
async function outrider(...words: string[]) {
  const said = { out: '', err: '' }
  const stream = (key: 'out' | 'err') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[key] += chunk.toString()
        done()
      },
    }) as unknown as NodeJS.WriteStream
  const failure = await createProgram({}, stream('out'), stream('err'))
    .parseAsync(['replay', 'alerts', ...words], { from: 'user' })
    .then(
      () => null,
      (error: unknown) => error as { exitCode: number; message: string },
    )
  const lines = said.out.split('\n').filter((line) => line !== '')
  return { lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), talk: said.err, failure }
}

const START = 1_767_571_200
const csv = (rows: readonly (string | number)[][], header = 'timestamp,value,n') =>
  `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n`
const minutes = (count: number, value: (minute: number) => number | string, n: number | string = 60) =>
  Array.from({ length: count }, (_, minute) => [START + 60 * minute, value(minute), n])

describe('replay alerts', () => {
  it('prints one line for every row, in their order, with an event where there is one', async () => {
    const path = file('errors.csv', csv(minutes(900, (minute) => (minute > 800 && minute < 860 ? 0.4 : 0.05))))
    const { lines, failure } = await outrider('--csv', path, '--kind', 'ratio', '--bad', 'up')
    expect(failure).toBeNull()
    expect(lines).toHaveLength(900)
    expect(lines[0]).toEqual({
      ...{ series: 'errors', time: '2026-01-05T00:00:00.000Z', value: 0.05, center: null, deviation: null, z: null },
      ...{ score: 0, state: 'ok' },
    })
    const events = lines.filter(({ event }) => event !== undefined)
    expect(events.map(({ event, state }) => [event, state])).toEqual([
      ['fired', 'firing'],
      ['resolved', 'ok'],
    ])
    const [fired] = events
    expect(fired?.time).toBe('2026-01-05T13:23:00.000Z')
    expect(fired?.score).toBeGreaterThanOrEqual(5)
    expect(fired?.center).toBeCloseTo(0.05, 5)
    expect(Number(fired?.value)).toBe(0.4)
    expect(lines.some(({ state }) => state === 'pending')).toBe(true)
  })

  it('names rows that are not right by their line, and goes on', async () => {
    const rows = ['timestamp,value,n', '2026-01-05 00:00:00,1,5', 'yesterday,2,5', '2026-01-05T00:02:00Z,NaN,5']
    const path = file(
      'bad.csv',
      [...rows, '', '2026-01-05T00:04:00+00:00,,5', '1767571500,"3",x', '1767571560,4,'].join('\n'),
    )
    const { lines, talk, failure } = await outrider('--csv', path)
    expect(failure).toBeNull()
    expect(lines.map(({ time, value }) => [time, value])).toEqual([
      ['2026-01-05T00:00:00.000Z', 1],
      ['2026-01-05T00:02:00.000Z', null],
      ['2026-01-05T00:04:00.000Z', null],
      ['2026-01-05T00:05:00.000Z', 3],
      ['2026-01-05T00:06:00.000Z', 4],
    ])
    const named = talk.split('\n').filter((line) => line.startsWith(`${path}:`) && /:\d+: /.test(line))
    expect(named.map((line) => line.slice(path.length + 1))).toEqual([
      '3: "yesterday" is no time: epoch seconds or ISO 8601',
      '4: "NaN" is no number; taken as a gap',
      '7: "x" is no count',
    ])
  })

  it('takes columns by name, no header, a byte order mark, and gzip', async () => {
    const rows = minutes(3, (minute) => minute)
    const swapped = file(
      'swapped.csv',
      `\uFEFFn,value,ts\n${rows.map(([ts, value, n]) => [n, value, ts].join(',')).join('\r\n')}`,
    )
    const bare = file('bare.csv', rows.map((row) => row.join(',')).join('\n'))
    const packed = file('packed.csv.gz', gzipSync(csv(rows)))
    const { lines } = await outrider('--csv', swapped, bare, packed)
    expect(lines.map(({ series, value }) => [series, value])).toEqual(
      ['swapped', 'bare', 'packed'].flatMap((series) => [0, 1, 2].map((value) => [series, value])),
    )
  })

  it('keeps records of the same or an earlier time, and of files of the same name', async () => {
    mkdirSync(join(folder, 'other'), { recursive: true })
    const rows = [
      [START + 60, 1],
      [START, 2],
      [START, 3],
    ]
    const [one, two] = [
      file('same.csv', csv(rows, 'timestamp,value')),
      file('other/same.csv', csv(rows, 'timestamp,value')),
    ]
    for (const kind of ['any', 'latency']) {
      const { lines } = await outrider('--csv', one, two, '--kind', kind)
      expect(lines.map(({ series, value }) => [series, value])).toEqual(
        [one, two].flatMap((series) => [1, 2, 3].map((value) => [series, value])),
      )
    }
  })

  it('a deploy excuses a new level', async () => {
    const path = file('latency.csv', csv(minutes(3000, (minute) => 800 * (minute < 2000 ? 1 : 1.3) + (minute % 7))))
    const events = file(
      'events.json',
      JSON.stringify([
        { ts: START + 2000 * 60, type: 'deploy' },
        { ts: START, type: 'note' },
      ]),
    )
    const fired = async (...more: string[]) =>
      (await outrider('--csv', path, '--kind', 'latency', ...more)).lines.filter(({ event }) => event === 'fired')
        .length
    expect(await fired()).toBe(1)
    expect(await fired('--events', events)).toBe(0)
  })

  it('judges running totals by how much they grow: a new start is no fall', async () => {
    let total = 0
    const path = file(
      'counter.csv',
      csv(
        minutes(900, (minute) => {
          total = minute === 500 ? 0 : total + 20 + ((minute * 7919) % 13) * (minute >= 800 && minute < 830 ? 9 : 1)
          return total
        }),
      ),
    )
    const { lines, talk } = await outrider('--csv', path)
    expect(talk).toContain('counter.csv: running totals; what is judged is how much they grow')
    expect([lines[0]?.value, lines[500]?.value]).toEqual([20, 0])
    const fired = lines.flatMap(({ event }, minute) => (event === 'fired' ? [minute] : []))
    expect(fired).toEqual([expect.any(Number)])
    expect(Math.abs(fired[0]! - 805)).toBeLessThanOrEqual(6)
  })

  it('takes a rule of the default pack', async () => {
    const path = file('quality.csv', csv(minutes(900, (minute) => (minute > 800 ? 0.6 : 0.9 + (minute % 5) / 100))))
    const { lines, talk } = await outrider('--csv', path, '--rule', 'quality')
    expect(lines.filter(({ event }) => event === 'fired')).toHaveLength(1)
    expect(talk).toContain('900 rows, 1 alert of rule quality')
  })

  it.each([
    ['an unknown rule', ['--rule', 'qualty'], 2, 'did you mean quality?'],
    ['an unknown kind', ['--kind', 'ratios'], 1, 'ratio'],
    ['events that are no list', ['--events', 'EVENTS'], 2, 'must be a JSON list'],
    ['a file that is not there', ['--csv', 'nowhere.csv'], 1, 'no series'],
  ])('%s is said', async (_what, words, code, message) => {
    const path = file('fine.csv', csv(minutes(3, () => 1)))
    const events = file('wrong.json', '{}')
    const { failure, talk } = await outrider('--csv', path, ...words.map((word) => (word === 'EVENTS' ? events : word)))
    expect(failure?.exitCode).toBe(code)
    expect(`${failure?.message}${talk}`).toContain(message)
  })

  it('a file without series does not keep the others from theirs', async () => {
    const { lines, failure, talk } = await outrider(
      '--csv',
      file('empty.csv', ''),
      file('two.csv', csv(minutes(2, () => 1))),
    )
    expect(lines).toHaveLength(2)
    expect(failure).toMatchObject({ exitCode: 1 })
    expect(talk).toContain('no rows')
  })
})
