/**
 * `npm run build`: makes `sdk/dist/`, the package as it is published. Node does not strip types below `node_modules`,
 * so what is published is JavaScript with declarations; in this repository the sources run as they are.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const at = (path: string) => new URL(path, import.meta.url)
const source = JSON.parse(readFileSync(at('package.json'), 'utf8'))
const { devDependencies, ...published } = source

rmSync(at('dist'), { recursive: true, force: true })
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', at('tsconfig.build.json').pathname], { stdio: 'inherit' })
if (status !== 0) process.exit(1)

// the compiler rewrites `.ts` in code only
for (const file of globSync('**/*.d.ts', { cwd: at('dist').pathname })) {
  const path = at(`dist/${file}`)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(["'])(\.\.?\/[\w/-]+)\.ts\1/g, '$1$2.js$1'))
}

const built = (path: string) => path.replace('./src/', './').replace(/\.ts$/, '')
const door = ([name, path]: [string, unknown]) => {
  const file = built(String(path))
  return [name, { types: `${file}.d.ts`, default: `${file}.js` }] as const
}
writeFileSync(
  at('dist/package.json'),
  `${JSON.stringify(
    {
      ...published,
      sideEffects: source.sideEffects.map((path: string) => `${built(path)}.js`),
      exports: Object.fromEntries(Object.entries(source.exports).map(door)),
    },
    undefined,
    2,
  )}\n`,
)
cpSync(at('README.md'), at('dist/README.md'))
cpSync(at('../LICENSE'), at('dist/LICENSE'))
