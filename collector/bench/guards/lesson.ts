/** Texts that the likeness of injections is learned from: own ones, made ones, and what installed packages say by the way. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { negatives } from './negatives.ts'
import { taughtForms } from './taught-forms.ts'

export interface Lesson {
  readonly text: string
  readonly isBad: boolean
  /** How much it counts. */
  readonly weight: number
}

const FORMS = 1500
const PIECES = 1500
const SIZE = 1500
/** Of one file: a long manual must not outweigh the rest. */
const LONGEST = 12

/** Which half a text is in, `0` or `1`: one to learn from, the other to see how right that is. */
export const halfOf = (text: string): string => String((createHash('sha256').update(text).digest()[0] as number) % 2)

/** Lines of `kind`, a tab and the text, with `\n` for line ends. */
export function linesOf(
  name: string,
  isBad: boolean,
): readonly { readonly kind: string; readonly text: string; readonly isBad: boolean }[] {
  return readFileSync(new URL(`${name}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [kind, text] = line.split('\t') as [string, string]
      return { kind, text: text.replaceAll('\\n', '\n'), isBad }
    })
}

/** @param root folder of installed packages */
export function ownLessons(root: string): readonly Lesson[] {
  const lessons = [
    ...linesOf('taught/attacks', true),
    ...linesOf('taught/benign', false),
    ...linesOf('said/attacks', true),
    ...linesOf('said/benign', false),
  ].map(({ text, isBad }) => ({ text, isBad, weight: 1 }))
  const made = taughtForms(FORMS).map((one) => ({ ...one, weight: 0.5 }))
  const pages = manuals(root)
  const ordinary = [...negatives(root, PIECES).map(({ text }) => text), ...pages, ...pages.flatMap(sentences)]
  return [...lessons, ...made, ...ordinary.map((text) => ({ text, isBad: false, weight: 1 }))]
}

/** Two of a page: whole pages alone teach little about short texts. */
const sentences = (page: string): readonly string[] =>
  page
    .split(/(?<=[.!?])\s+|\n+/)
    .filter(({ length }) => length >= 12 && length <= 200)
    .filter((_, index) => index === 1 || index === 4)

/** Pieces of what packages say to people and to agents; of those that speak of agents all, of the rest some. */
function manuals(root: string): readonly string[] {
  const seen = new Set<string>()
  const pieces: string[] = []
  const walk = (dir: string, depth: number) => {
    if (depth === 0) return
    for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(dir, entry.name)
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory()) walk(path, depth - 1)
      else if (/\.mdx?$/i.test(entry.name) && statSync(path).size < 400_000) {
        const text = readFileSync(path, 'utf8')
        if (seen.has(text)) continue
        seen.add(text)
        for (let i = 0; i < Math.min(text.length, SIZE * LONGEST); i += SIZE)
          if (text.length - i > 200) pieces.push(text.slice(i, i + SIZE))
      }
    }
  }
  walk(root, 7)
  return pieces.filter((text, index) => /agent|assistant|llm|prompt/i.test(text) || index % 4 === 0)
}
