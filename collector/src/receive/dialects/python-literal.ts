import { type Fields, record } from './usage-record.ts'

const tokens = /'((?:[^'\\]|\\.)*)'|\b(None|True|False)\b/g
const words: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' }

/** The object that Python's `str` of a dictionary shows; `null` for what is none. Text with quotes in it is not read. */
export function pythonRecord(value: unknown): Fields | null {
  if (typeof value !== 'string' || !value.startsWith('{')) return null
  return record(
    value.replace(tokens, (_, text: string | undefined, word: string) =>
      text === undefined ? (words[word] as string) : JSON.stringify(text),
    ),
  )
}
