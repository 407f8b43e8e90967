/**
 * `npm run build`: makes `sdk/dist/` (or the folder that it is given), the package as it is published. Node does not strip types below `node_modules`, so
 * what is published is JavaScript with declarations; in this repository the sources run as they are. The code is joined
 * into a file a door and what they share, without comments and blanks; names stay, so that a stack trace can be read.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { joinDeclarations } from './join-declarations.ts'
import { pruneDeclarations } from './prune-declarations.ts'

const at = (path: string) => new URL(path, import.meta.url)
const dist = resolve(process.argv[2] ?? at('dist').pathname)
const source = JSON.parse(readFileSync(at('package.json'), 'utf8'))
const { devDependencies: _, scripts: __, ...published } = source
const doors = Object.entries<string>(source.exports)
const built = (path: string) => path.replace('./src/', './').replace(/\.ts$/, '')

rmSync(dist, { recursive: true, force: true })
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', at('tsconfig.build.json').pathname, '--outDir', dist], {
  stdio: 'inherit',
})
if (status !== 0) process.exit(1)

const bundle = await rolldown({
  input: Object.fromEntries(doors.map(([, path]) => [built(path).slice(2), at(path).pathname])),
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  platform: 'node',
})
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'shared/[name].js',
  // what several doors share is one file: each has a price of its own in a package
  codeSplitting: { groups: [{ name: 'core', test: (id) => !id.endsWith('/attributes.ts'), minShareCount: 2 }] },
  minify: {
    compress: true,
    mangle: { toplevel: true, keepNames: { function: false, class: true } },
    codegen: { removeWhitespace: true },
  },
})
await bundle.close()

/** Tables of names, which the wire's documentation and the conventions explain. */
const TABLES: ReadonlySet<string> = new Set(['attributes', 'guard-stream', 'schema', 'stop-reason', 'wire'])

// the compiler rewrites `.ts` in code only
const declared = new Map(
  globSync('**/*.d.ts', { cwd: dist }).map((file) => {
    const text = readFileSync(join(dist, file), 'utf8').replaceAll(/(["'])(\.{1,2}\/[\w./-]+)\.ts\1/g, '$1$2.js$1')
    rmSync(join(dist, file))
    return [file.replace(/\.d\.ts$/, ''), text] as const
  }),
)
const opened = doors.map(([, path]) => built(path).slice(2))
const pruned = pruneDeclarations(declared, opened)
// what a door does not name itself is explained to nobody
const near = new Set(opened)
for (const door of opened)
  for (const [, path = ''] of (pruned.get(door) ?? '').matchAll(/["'](\.{1,2}\/[\w./-]+)\.js["']/g))
    near.add(join(dirname(door), path))
const told = new Map(
  [...pruned].map(([file, text]) => [file, explained(text, near.has(file) && !TABLES.has(file))] as const),
)
for (const [file, text] of joinDeclarations(told, opened, 'shared/types'))
  writeFileSync(join(dist, `${file}.d.ts`), narrow(text))

/** One blank for four: nobody reads declarations for their shape. */
function narrow(text: string): string {
  return text.replaceAll(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 4))
}

/** The first sentence says what a thing is, and its default; the pages say the rest. */
function explained(text: string, isNear: boolean): string {
  return text.replaceAll(/^( *)\/\*\*([\s\S]*?)\*\/\n/gm, (_, indent: string, comment: string) => {
    if (!isNear) return ''
    const words = comment
      .replaceAll(/^\s*\* ?/gm, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
    const [first = words] = /^.*?[.;](?= |$)/.exec(words) ?? []
    const [, otherwise = ''] = /(@default .*)$/.exec(words) ?? []
    return `${indent}/** ${first.includes('@default') ? words : `${first} ${otherwise}`.trim()} */\n`
  })
}

const exported = doors.map(([name, path]) => {
  const file = built(path)
  return [name, { types: `${file}.d.ts`, default: `${file}.js` }] as const
})
writeFileSync(
  join(dist, 'package.json'),
  `${JSON.stringify(
    {
      ...published,
      sideEffects: source.sideEffects.map((path: string) => `${built(path)}.js`),
      exports: Object.fromEntries(exported),
    },
    undefined,
    2,
  )}\n`,
)
// the front page: settings are explained at their types, reasons to those who build it
const front = readFileSync(at('README.md'), 'utf8').split('\n## Wrap\n')[0]
writeFileSync(join(dist, 'README.md'), `${front}\n`)
// the terms; how to apply them to one's own work is for those who have the sources
const [terms] = readFileSync(at('../LICENSE'), 'utf8').split('   APPENDIX:')
writeFileSync(join(dist, 'LICENSE'), `${terms?.trimEnd()}\n`)
