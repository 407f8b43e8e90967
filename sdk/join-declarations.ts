/**
 * Puts the declarations that no door stands in front of into one file: every file of a package costs, and nobody imports
 * these by path. What two of them call the same gets a name of its own.
 */
import { dirname, relative } from 'node:path'
import { type Declarations, resolve, type Statement, statementsOf } from './prune-declarations.ts'

/** @param home path of the one file, without its ending */
export function joinDeclarations(files: Declarations, doors: readonly string[], home: string): Map<string, string> {
  const parsed = new Map([...files].map(([path, text]) => [path, statementsOf(text)] as const))
  const inner = [...parsed].filter(([path]) => !doors.includes(path))
  const isInner = (path: string) => parsed.has(path) && !doors.includes(path)

  /** Names in the one file, to whose they are. */
  const taken = new Map<string, string>()
  const own = new Map<string, string>()
  for (const [, statements] of inner)
    for (const { from, bindings } of statements)
      if (from !== undefined && !from.startsWith('.'))
        for (const [here, there] of bindings) taken.set(here, `${from} ${there}`)
  for (const [path, statements] of inner)
    for (const { name } of statements) {
      const whose = `${path} ${name}`
      if (name === undefined || own.has(whose)) continue
      let free = name
      for (let count = 2; taken.has(free); count += 1) free = `${name}${count}`
      taken.set(free, whose)
      own.set(whose, free)
    }
  const named = (path: string, name: string) => own.get(`${path} ${name}`) ?? name

  /** A file's text with the names that hold in the one file. */
  function rewritten(path: string, text: string): string {
    const others = new Map<string, string>()
    for (const { name, from, bindings } of parsed.get(path) ?? []) {
      if (name !== undefined && isInner(path)) others.set(name, named(path, name))
      const target = from?.startsWith('.') ? resolve(path, from) : undefined
      if (target === undefined || !isInner(target)) continue
      for (const [here, there] of bindings) others.set(here, named(target, there))
    }
    const place = isInner(path) ? home : path
    return (
      text
        .replaceAll(/import\("(\.[^"]+)"\)\.([\w$]+)/g, (_, from: string, name: string) => {
          const target = resolve(path, from)
          if (!isInner(target)) return `import("${between(place, target)}").${name}`
          return isInner(path) ? named(target, name) : `import("${between(place, home)}").${named(target, name)}`
        })
        // comments stay as they are, and so do properties
        .replaceAll(/\/\*[\s\S]*?\*\/|(?<![.\w$'"/])[A-Za-z_$][\w$]*(?!\w|\??:)/g, (word) => others.get(word) ?? word)
    )
  }

  /** An import or re-export as it stands in the place of `path`. */
  function moved(path: string, { from = '', bindings, isExport, text }: Statement): string {
    const isOfTypes = !isExport || /^export type \{/m.test(text)
    const place = isInner(path) ? home : path
    const target = from.startsWith('.') ? resolve(path, from) : undefined
    const source = target === undefined ? from : between(place, isInner(target) ? home : target)
    const list = bindings.map(([here, there]) => {
      const name = target !== undefined && isInner(target) ? named(target, there) : there
      return name === here ? here : `${name} as ${here}`
    })
    return `${isExport ? 'export' : 'import'}${isOfTypes ? ' type' : ''} { ${list.join(', ')} } from '${source}';`
  }

  const joined = new Map<string, string>()
  const lines = new Set<string>()
  for (const [path, statements] of inner)
    for (const each of statements) {
      if (each.name !== undefined) lines.add(rewritten(path, each.text))
      else if (each.from !== undefined && !(each.from.startsWith('.') && isInner(resolve(path, each.from))))
        lines.add(moved(path, each))
    }
  joined.set(home, [...lines, 'export {};', ''].join('\n'))
  for (const door of doors) {
    const texts = (parsed.get(door) ?? []).map((each) => {
      if (each.name !== undefined || each.from === undefined) return rewritten(door, each.text)
      return moved(door, each)
    })
    joined.set(door, [...texts, 'export {};', ''].join('\n'))
  }
  return joined
}

function between(from: string, to: string): string {
  const path = relative(dirname(from), to)
  return `${path.startsWith('.') ? path : `./${path}`}.js`
}
