import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

/** What the compiler has to say of `types.ts`; empty where it has nothing to say. */
export function compile(): string {
  const tsc = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace('package.json', 'bin/tsc')
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', new URL('..', import.meta.url).pathname], {
    encoding: 'utf8',
  })
  return stdout
    .split('\n')
    .filter((line) => line.includes('conformance/types.ts'))
    .join('\n')
}
