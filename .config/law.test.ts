/** The import law and the purity of the pure rooms, each proven by breaking it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const run = (command: string, args: string[]) => {
  const result = spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, encoding: 'utf8' })
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

/** File, its code, and the rule that it breaks; null: none. Linted in one run, for the linter reads the whole tree. */
const probes: readonly (readonly [room: string, code: string, rule: string | null])[] = [
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
  ['collector/src', "import { b } from './law-probe-9.ts'\nexport const a = () => b\n", 'noImportCycles'],
  ['collector/src', "import { a } from './law-probe-8.ts'\nexport const b = () => a\n", 'noImportCycles'],
  ['collector/src/store', "import type { Sink } from '../pipeline/sink.ts'\nexport type Y = Sink\n", null],
  ['collector/src/read', "import type { Span } from '../span.ts'\nexport type Y = Span\n", null],
  ['collector/src/receive/dialects', "import type { RawSpan } from '../raw.ts'\nexport type Y = RawSpan\n", null],
]

describe('the import law', () => {
  const files = probes.map(([room], n) => join(room, `law-probe-${n}.ts`))
  let said: readonly string[] = []
  beforeAll(() => {
    try {
      probes.forEach(([, code], n) => void writeFileSync(join(root, files[n]!), code))
      said = run('biome', ['lint', '--max-diagnostics=none', ...files]).text.split('\n')
    } finally {
      for (const file of files) rmSync(join(root, file), { force: true })
    }
  })

  it.each(probes.map(([room, code, rule], n) => [room, code.slice(0, 60), rule ?? 'nothing', n] as const))(
    'in %s: %j breaks %s',
    (_room, _code, rule, n) => {
      const rules = said.filter((line) => line.startsWith(files[n]!)).join('\n')
      if (rule === 'nothing') expect(rules).not.toMatch(/noRestricted|noImportCycles/)
      else expect(rules).toContain(rule)
    },
  )
})
