/** `outrider replay alerts` as it is, its words in and its lines out, in this process. */
import { Writable } from 'node:stream'
import { createProgram } from '../src/cli/program.ts'

export interface ReplayedLine {
  readonly timeMs: number
  readonly value: number | null
  readonly score: number
  readonly event: 'fired' | 'resolved' | null
}

export async function replayed(words: readonly string[]): Promise<readonly ReplayedLine[]> {
  const said: string[] = []
  const out = new Writable({ write: (chunk: Buffer, _encoding, done) => done(void said.push(chunk.toString())) })
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const stream = (writable: Writable) => writable as unknown as NodeJS.WriteStream
  await createProgram({}, stream(out), stream(nowhere)).parseAsync(['replay', 'alerts', ...words], { from: 'user' })
  return said
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { time, value, score, event } = JSON.parse(line) as ReplayedLine & { time: string }
      return { timeMs: Date.parse(time), value, score, event: event ?? null }
    })
}
