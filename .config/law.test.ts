/** The import law and the purity of the pure rooms, each proven by breaking it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const run = (command: string, args: string[]) => {
  const result = spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, encoding: 'utf8' })
  return { ok: result.status === 0, text: result.stdout + result.stderr }
}

/** What the linter says of a file of this room, named by the rules it breaks. */
const lint = (path: string, code: string) => {
  const file = join(root, path)
  writeFileSync(file, code)
  try {
    return run('biome', ['lint', '--max-diagnostics=none', file]).text
  } finally {
    rmSync(file)
  }
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
    ['policies/src', "import { x } from '@outrider/sdk'\nexport const y = x\n", 'noRestrictedImports'],
    ['alerts/src', "import { x } from 'node:fs'\nexport const y = x\n", 'noRestrictedImports'],
    ['alerts/src', 'export const y = () => Date.now()\n', 'noRestrictedGlobals'],
    ['sdk/src', "import { x } from '@outrider/collector/app'\nexport const y = x\n", 'noRestrictedImports'],
    ['collector/src/store', "import { x } from '../receive/json.ts'\nexport const y = x\n", 'noRestrictedImports'],
    ['collector/src/read', "import { x } from '../app.ts'\nexport const y = x\n", 'noRestrictedImports'],
    [
      'collector/src/receive/dialects',
      "import { x } from '../../store/row.ts'\nexport const y = x\n",
      'noRestrictedImports',
    ],
    ['collector/src', `${"export const a = ''\n".repeat(401)}`, 'noExcessiveLinesPerFile'],
  ])('a file in %s may not do that', (room, code, rule) => {
    expect(lint(join(room, 'law-probe.ts'), code)).toContain(rule)
  })

  it('finds cycles', () => {
    const other = join(root, 'collector/src/law-probe-other.ts')
    writeFileSync(other, "import { a } from './law-probe.ts'\nexport const b = () => a\n")
    try {
      const said = lint(
        'collector/src/law-probe.ts',
        "import { b } from './law-probe-other.ts'\nexport const a = () => b\n",
      )
      expect(said).toContain('noImportCycles')
    } finally {
      rmSync(other)
    }
  })

  it.each([
    ['collector/src/store', "import type { Sink } from '../pipeline/sink.ts'\nexport type Y = Sink\n"],
    ['collector/src/read', "import type { Span } from '../span.ts'\nexport type Y = Span\n"],
    ['collector/src/receive/dialects', "import type { RawSpan } from '../raw.ts'\nexport type Y = RawSpan\n"],
  ])('a file in %s may do that', (room, code) => {
    expect(lint(join(room, 'law-probe.ts'), code)).not.toContain('noRestricted')
  })
})
