/** Where a project makes its model clients: the lines that `outrider.wrap` goes around. Looks at texts, runs nothing. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

export interface ClientLine {
  /** From the project's directory. */
  readonly file: string
  readonly line: number
  /** As it stands there. */
  readonly now: string
  /** As it is to be. Equal to `now` where it is wrapped. */
  readonly wrapped: string
}

const SOURCES = /\.(?:[cm]?[jt]sx?)$/
const SKIPPED = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor', 'test', 'tests', '__tests__'])
const TESTS = /\.(?:test|spec)\.[^.]+$|\.d\.[cm]?ts$/
const MADE = /new (?:OpenAI|AzureOpenAI|Anthropic|AnthropicBedrock|AnthropicVertex|GoogleGenAI)\(/
const MOST_FILES = 5000
const MOST_BYTES = 512 * 1024

/** In the order of the file names. Links are not followed; what cannot be read is passed by. */
export function findClients(dir: string): readonly ClientLine[] {
  const found: ClientLine[] = []
  const waiting = [dir]
  for (let seen = 0; waiting.length > 0 && seen < MOST_FILES; ) {
    const folder = waiting.shift()!
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('.')) waiting.push(path)
      if (!entry.isFile() || !SOURCES.test(entry.name) || TESTS.test(entry.name)) continue
      seen += 1
      found.push(...linesOf(path, relative(dir, path)))
    }
  }
  return found
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

function linesOf(path: string, file: string): ClientLine[] {
  let text: string
  try {
    if (statSync(path).size > MOST_BYTES) return []
    text = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  if (!MADE.test(text)) return []
  return text.split('\n').flatMap((raw, at) => {
    const now = raw.trim()
    if (now.startsWith('//') || now.startsWith('*') || !MADE.test(now)) return []
    return [{ file, line: at + 1, now, wrapped: wrap(now) }]
  })
}

/** Around the whole constructor where it ends on its line, else where it begins: its end is the reader's to find. */
function wrap(line: string): string {
  const start = line.search(MADE)
  if (/wrap\(\s*$/.test(line.slice(0, start))) return line
  let depth = 0
  for (let at = line.indexOf('(', start); at < line.length; at++) {
    if (line[at] === '(') depth += 1
    if (line[at] === ')') depth -= 1
    if (depth === 0) return `${line.slice(0, start)}outrider.wrap(${line.slice(start, at + 1)})${line.slice(at + 1)}`
  }
  return `${line.slice(0, start)}outrider.wrap(${line.slice(start)} … )`
}
