/**
 * `npm run build`: makes `sdk/dist/`, the package as it is published. Node does not strip types below `node_modules`, so
 * what is published is JavaScript with declarations; in this repository the sources run as they are. The code is joined
 * into a file a door and what they share, without comments and blanks; names stay, so that a stack trace can be read.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import { pruneDeclarations } from './prune-declarations.ts'

const at = (path: string) => new URL(path, import.meta.url)
const dist = at('dist').pathname
const source = JSON.parse(readFileSync(at('package.json'), 'utf8'))
const { devDependencies: _, scripts: __, ...published } = source
const doors = Object.entries<string>(source.exports)
const built = (path: string) => path.replace('./src/', './').replace(/\.ts$/, '')

rmSync(at('dist'), { recursive: true, force: true })
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', at('tsconfig.build.json').pathname], { stdio: 'inherit' })
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
for (const [file, text] of pruned) {
  // of what a door names, what it is; of the settings of `start` each one: the rest stands in the pages
  const comments =
    file === 'start' ? /(?!)/ : near.has(file) ? /^ +\/\*\*[\s\S]*?\*\/\n/gm : /^ *\/\*\*[\s\S]*?\*\/\n/gm
  const narrow = text.replace(comments, '').replaceAll(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 4))
  writeFileSync(join(dist, `${file}.d.ts`), narrow)
}

const exported = doors.map(([name, path]) => {
  const file = built(path)
  return [name, { types: `${file}.d.ts`, default: `${file}.js` }] as const
})
writeFileSync(
  at('dist/package.json'),
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
// the front page: all else stands in the repository
const front = readFileSync(at('README.md'), 'utf8').split('\n## Wrap\n')[0]
writeFileSync(at('dist/README.md'), `${front}\nSettings of \`start\`: \`StartOptions\` in its types.\n`)
cpSync(at('../LICENSE'), at('dist/LICENSE'))
