/**
 * Leaves of a package's declarations what its doors lead to: by statement, not by file. Reads what `tsc` writes, where a
 * statement begins in the first column and nothing else but its closing brace stands there.
 */

/** Path without its ending, as modules name each other, to the text of its declarations. */
export type Declarations = ReadonlyMap<string, string>

export interface Statement {
  readonly text: string
  /** What it declares; none for imports and re-exports. */
  readonly name: string | undefined
  readonly from: string | undefined
  /** Of imports and re-exports: the name here, and the one there. */
  readonly bindings: readonly (readonly [here: string, there: string])[]
  readonly isExport: boolean
}

export function pruneDeclarations(files: Declarations, doors: readonly string[]): Map<string, string> {
  const parsed = new Map([...files].map(([path, text]) => [path, statementsOf(text)] as const))
  const kept = new Set<string>()
  const waiting: (readonly [file: string, name: string])[] = []
  const want = (file: string, name: string) => {
    const key = `${file} ${name}`
    if (kept.has(key)) return
    kept.add(key)
    waiting.push([file, name])
  }
  const follow = (file: string, text: string) => {
    for (const [, path = '', name = ''] of text.matchAll(/import\("([^"]+)"\)\.(\w+)/g)) want(resolve(file, path), name)
    for (const [name] of bare(text).matchAll(/[A-Za-z_$][\w$]*/g)) if (names(file).has(name)) want(file, name)
  }
  const known = new Map<string, Set<string>>()
  function names(file: string): Set<string> {
    const found =
      known.get(file) ??
      new Set((parsed.get(file) ?? []).flatMap(({ name, bindings }) => [name ?? '', ...bindings.map(([here]) => here)]))
    known.set(file, found)
    return found
  }

  for (const door of doors)
    for (const { name, bindings, isExport } of parsed.get(door) ?? [])
      if (isExport) for (const each of [name, ...bindings.map(([here]) => here)]) if (each) want(door, each)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [file, name] = next
    for (const statement of parsed.get(file) ?? []) {
      if (statement.name === name) follow(file, statement.text)
      const there = statement.bindings.find(([here]) => here === name)?.[1]
      if (there === undefined) continue
      if (statement.from?.startsWith('.')) want(resolve(file, statement.from), there)
      else if (statement.from === undefined) want(file, there)
    }
  }

  const pruned = new Map<string, string>()
  for (const [file, statements] of parsed) {
    const lines = statements.flatMap((each) => writtenOf(each, (name) => kept.has(`${file} ${name}`)))
    if (lines.length === 0 && !doors.includes(file)) continue
    const isModule = lines.some((line) => /^(import|export)\b/m.test(bare(line)))
    pruned.set(file, [...lines, ...(isModule ? [] : ['export {};']), ''].join('\n'))
  }
  return pruned
}

function writtenOf({ text, name, from, bindings, isExport }: Statement, isKept: (name: string) => boolean): string[] {
  if (name !== undefined) return isKept(name) ? [text] : []
  const used = bindings.filter(([here]) => isKept(here))
  if (used.length === 0) return []
  if (isExport) return [text]
  const list = used.map(([here, there]) => (here === there ? here : `${there} as ${here}`)).join(', ')
  return [`import type { ${list} } from '${from}';`]
}

export function statementsOf(text: string): Statement[] {
  const statements: string[][] = []
  let comment: string[] = []
  for (const line of text.split('\n')) {
    const isStart = /^[a-z]/.test(line)
    const isComment = /^(\/\*\*|\/\/| \*)/.test(line) && !isStart
    if (isStart) statements.push([...comment, line])
    else if (isComment) comment.push(line)
    else if (line !== '') statements.at(-1)?.push(line)
    if (!isComment) comment = []
  }
  return statements.map((lines) => statementOf(lines.join('\n'))).filter(({ text: all }) => bare(all) !== 'export {};')
}

function statementOf(text: string): Statement {
  const code = bare(text)
  const isExport = code.startsWith('export ')
  const [, name] =
    /^(?:export )?(?:declare )?(?:abstract )?(?:function|class|interface|type|const|let|enum|namespace) ([\w$]+)/.exec(
      code,
    ) ?? []
  if (name !== undefined && !/^(export )?type \{/.test(code))
    return { text, name, from: undefined, bindings: [], isExport }
  const [, list = '', from] = /^(?:import|export) (?:type )?\{([^}]*)\}(?: from ["']([^"']+)["'])?/.exec(code) ?? []
  const bindings = list.split(',').flatMap((each) => {
    const [, first, second = first] = /^(?:type )?([\w$]+)(?: as ([\w$]+))?$/.exec(each.trim()) ?? []
    return first === undefined || second === undefined ? [] : [[second, first] as const]
  })
  return { text, name: undefined, from, bindings, isExport }
}

/** Without comments: what they name is not used. */
const bare = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/\s*|^\/\/.*\n/gm, '').trim()

export function resolve(file: string, path: string): string {
  const parts = [...file.split('/').slice(0, -1), ...path.replace(/\.js$/, '').split('/')]
  const out: string[] = []
  for (const part of parts) {
    if (part === '..') out.pop()
    else if (part !== '.') out.push(part)
  }
  return out.join('/')
}
