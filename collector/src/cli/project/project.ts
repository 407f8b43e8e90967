/** What a project is made of, as far as its files say it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Project {
  readonly name: string | null
  readonly language: 'typescript' | 'javascript' | 'python'
  /** How its modules are loaded. */
  readonly modules: 'esm' | 'commonjs'
  readonly install: 'npm install' | 'pnpm add' | 'yarn add' | 'bun add' | null
  /** Packages that it names, with the range that it asks for. */
  readonly packages: ReadonlyMap<string, string>
  /** What is wrong with its files, in words; the rest is read all the same. */
  readonly problems: readonly string[]
}

const PYTHON = ['pyproject.toml', 'requirements.txt', 'setup.py', 'Pipfile']
const INSTALLERS = [
  ['pnpm-lock.yaml', 'pnpm add'],
  ['yarn.lock', 'yarn add'],
  ['bun.lock', 'bun add'],
  ['bun.lockb', 'bun add'],
] as const
const DEPENDENCIES = ['devDependencies', 'peerDependencies', 'optionalDependencies', 'dependencies']

/** Null where there is no project that is known. */
export function readProject(dir: string): Project | null {
  const has = (file: string) => existsSync(join(dir, file))
  if (!has('package.json')) {
    if (!PYTHON.some(has)) return null
    return { name: null, language: 'python', modules: 'esm', install: null, packages: new Map(), problems: [] }
  }
  const problems: string[] = []
  const manifest = readJson(join(dir, 'package.json'), problems)
  const packages = new Map(
    DEPENDENCIES.flatMap((kind) => Object.entries(recordOf(manifest[kind]))).map(([name, range]) => [
      name,
      String(range),
    ]),
  )
  return {
    name: typeof manifest.name === 'string' ? manifest.name : null,
    language: packages.has('typescript') || has('tsconfig.json') ? 'typescript' : 'javascript',
    modules: manifest.type === 'module' || has('tsconfig.json') ? 'esm' : 'commonjs',
    install: INSTALLERS.find(([file]) => has(file))?.[1] ?? 'npm install',
    packages,
    problems,
  }
}

function readJson(file: string, problems: string[]): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')))
  } catch {
    problems.push('package.json cannot be read as JSON; what it asks for is unknown.')
    return {}
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
