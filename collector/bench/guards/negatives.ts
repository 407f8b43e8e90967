/** Texts that nobody would call an attack or a leak: documentation and code of the packages that are installed here. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type GuardPolicy, guard } from '@outrider/policies/guards'
import { count, falseRate, type Tally, table, tally } from './tally.ts'

const KINDS = new Set(['.md', '.ts', '.js', '.json', '.mjs', '.yml'])
const CHUNK = 1500

/** One piece of each file, at most `limit` pieces, always the same ones. */
export function negatives(root: string, limit: number): { readonly kind: string; readonly text: string }[] {
  const files: string[] = []
  walk(root, files, 6)
  const step = Math.max(1, Math.floor(files.length / limit))
  return files
    .filter((_, index) => index % step === 0)
    .slice(0, limit)
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      const start = Math.floor(Math.max(0, text.length - CHUNK) / 3)
      return text.length < 200 ? [] : [{ kind: extname(file), text: text.slice(start, start + CHUNK) }]
    })
}

function walk(dir: string, files: string[], depth: number): void {
  if (depth === 0) return
  for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name)
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory()) walk(path, files, depth - 1)
    else if (KINDS.has(extname(entry.name)) && statSync(path).size < 300_000) files.push(path)
  }
}

/** Types that a document may hold by right: its authors' addresses, links, networks in examples. */
const ordinary = new Set(['URL', 'EMAIL_ADDRESS', 'IP_ADDRESS'])

export function negativeTable(all: ReturnType<typeof negatives>, policy: GuardPolicy): string {
  const seen = new Map<string, Record<'pii' | 'secret' | 'injection', Tally>>()
  for (const { kind, text } of all) {
    const row = seen.get(kind) ?? { pii: tally(), secret: tally(), injection: tally() }
    seen.set(kind, row)
    const { findings } = guard(text, 'input', policy)
    for (const name of ['pii', 'secret', 'injection'] as const) {
      count(
        row[name],
        false,
        findings.some((one) => one.guard === name && !ordinary.has(one.type)),
      )
    }
  }
  const lines = [...seen].map(([kind, row]) => [
    kind,
    String(row.pii.fp + row.pii.tn),
    falseRate(row.pii),
    falseRate(row.secret),
    falseRate(row.injection),
  ])
  return `False alarms on ${all.length} pieces of installed packages (links, mail addresses and networks apart)\n\n${table(['kind', 'pieces', 'personal data', 'secrets', 'injection'], lines)}`
}
