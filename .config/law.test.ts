/** The import law and the purity of the pure rooms, each proven by breaking it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const run = (command: string, args: string[], input?: string) => {
  const result = spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, input, encoding: 'utf8' })
  return { ok: result.status === 0, text: result.stdout + result.stderr }
}

describe.each(['policies', 'alerts'])('%s is pure by build', (room) => {
  it.each([
    ['process.exit()', 'process'],
    ["fetch('http://x')", 'fetch'],
    ['setTimeout(() => {}, 1)', 'setTimeout'],
    ["console.log('x')", 'console'],
    ["import('node:fs')", 'node:fs'],
  ])('%s does not compile', (code, name) => {
    const dir = mkdtempSync(join(root, room, 'probe-'))
    try {
      writeFileSync(join(dir, 'probe.ts'), `export const probe = () => ${code}\n`)
      writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ extends: '../tsconfig.json', include: ['probe.ts'] }))
      const built = run('tsc', ['-p', dir])
      expect(built.ok).toBe(false)
      expect(built.text).toContain(`'${name}'`)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

describe('the import law', () => {
  it.each([
    ['policies/src/probe.ts', "import { x } from '@outrider/sdk'\nexport const y = x\n", 'noRestrictedImports'],
    ['alerts/src/probe.ts', "import { x } from 'node:fs'\nexport const y = x\n", 'noRestrictedImports'],
    ['alerts/src/probe.ts', 'export const y = () => Date.now()\n', 'noRestrictedGlobals'],
    ['sdk/src/probe.ts', "import { x } from '@outrider/collector/app'\nexport const y = x\n", 'noRestrictedImports'],
    [
      'collector/src/store/probe.ts',
      "import { x } from '../receive/json.ts'\nexport const y = x\n",
      'noRestrictedImports',
    ],
    [
      'collector/src/receive/dialects/probe.ts',
      "import { x } from '../../store/row.ts'\nexport const y = x\n",
      'noRestrictedImports',
    ],
    ['collector/src/read/probe.ts', "import { x } from '../app.ts'\nexport const y = x\n", 'noRestrictedImports'],
    ['collector/src/probe.ts', `${'export {}\n'.repeat(401)}`, 'noExcessiveLinesPerFile'],
  ])('%s may not do that', (path, code, rule) => {
    const linted = run('biome', ['lint', `--stdin-file-path=${path}`], code)
    expect(linted.ok).toBe(false)
    expect(linted.text).toContain(rule)
  })

  it.each([
    ['collector/src/store/probe.ts', "import type { Sink } from '../pipeline/sink.ts'\nexport type Y = Sink\n"],
    ['collector/src/read/probe.ts', "import type { Span } from '../span.ts'\nexport type Y = Span\n"],
    ['collector/src/receive/dialects/probe.ts', "import type { RawSpan } from '../raw.ts'\nexport type Y = RawSpan\n"],
  ])('%s may do that', (path, code) => {
    expect(run('biome', ['lint', `--stdin-file-path=${path}`], code).text).not.toContain('noRestrictedImports')
  })
})
