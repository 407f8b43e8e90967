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
  minify: {
    compress: true,
    mangle: { toplevel: true, keepNames: { function: false, class: true } },
    codegen: { removeWhitespace: true },
  },
})
await bundle.close()

// only declarations that a door leads to; what a door does not name itself is explained to nobody
const kept = new Set<string>()
function keep(files: readonly string[], depth: number): void {
  const next: string[] = []
  for (const file of files) {
    if (kept.has(file)) continue
    kept.add(file)
    const path = join(dist, file)
    // the compiler rewrites `.ts` in code only
    const text = readFileSync(path, 'utf8').replaceAll(/(["'])(\.{1,2}\/[\w./-]+)\.ts\1/g, '$1$2.js$1')
    writeFileSync(path, depth > 1 ? text.replaceAll(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '') : text)
    for (const [, found = ''] of text.matchAll(/["'](\.{1,2}\/[\w./-]+)\.js["']/g))
      next.push(join(dirname(file), `${found}.d.ts`))
  }
  if (next.length > 0) keep(next, depth + 1)
}
keep(
  doors.map(([, path]) => `${built(path).slice(2)}.d.ts`),
  0,
)
for (const file of globSync('**/*.d.ts', { cwd: dist })) if (!kept.has(file)) rmSync(join(dist, file))

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
cpSync(at('README.md'), at('dist/README.md'))
cpSync(at('../LICENSE'), at('dist/LICENSE'))
