/** The engine of one's own patterns: which is chosen, and that both find the same. Native `re2` is tried where it is installed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compilePattern, guard, type PatternEngine, re2js } from '@outrider/policies/guards'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { builtInPacks, guardEngine, loadGuardPolicy } from './guard-policy.ts'

const native = guardEngine().name === 're2' ? guardEngine() : null
if (native === null)
  test.skip('SKIPPED: native re2 is not installed (policies/src/guards/README.md says how)', () => {})

describe('the choice', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-engine-'))
    vi.resetModules()
  })
  afterEach(() => rmSync(dir, { recursive: true }))
  const chosen = async (source: string | null) => {
    const path = join(dir, 're2.cjs')
    if (source !== null) writeFileSync(path, source)
    const fresh = await import('./guard-policy.ts')
    const { name } = fresh.guardEngine(source === null ? null : path)
    return [name, fresh.engineTrouble()]
  }
  test('re2js where nothing is installed', async () => expect(await chosen(null)).toEqual(['re2js', null]))
  test('native where it is', async () => expect(await chosen('module.exports = RegExp')).toEqual(['re2', null]))
  test('re2js, and why, where it cannot be loaded', async () => {
    const broken = "throw Object.assign(new Error('built for another Node'), { code: 'ERR_DLOPEN_FAILED' })"
    expect(await chosen(broken)).toEqual(['re2js', 'ERR_DLOPEN_FAILED'])
  })
})

/** Every kind of syntax that the two could read in two ways. */
const sources = [
  ...['EMP-\\d{6}', '(?i)falcon\\s+project', '\\b[A-Z]{3}\\d+\\b', '^a', 'a$', '(?m)^x', '(?m)b$', '(?s)a.b', 'a.b'],
  ...['[[:alpha:]]+\\d', '\\pL+x', '\\p{Greek}+', '\\p{L}{2}\\d', '\\P{L}', '\\p{Lu}', '(?P<n>a)b', '(?<n>a)b'],
  ...['\\Qa.b\\E', '\\x41', '\\x{1F600}', '😀', '[^a]', '(?U)a+', '\\A.', '.\\z', 'é', '[é-ü]+', '(?i)ß', '(?i)k'],
  ...['(?i)ſ', '\\s', '\\S+', '\\w+', '\\W', '\\/x', 'a{2,3}?', '(|a)b', 'x*y', '\\a', '(?i:a)B', '(a|ab)(c|bcd)'],
  ...['\\-', '\\@', '[a&&b]', '[\\w-]+', '\\B.', '$^', '[^\\d\\s]', '\\d+(?:,\\d{3})*', '(?:ab|a)(?:c|bcd)(?:d*)'],
  ...['[]a]', '[^]a]', 'a{,3}', '}', ']', 'a|*', '(?=a)', '(a)\\1', '\\u0041', '\\C', '\\Z', 'a++', '(a+)+b', '\\R'],
]
const texts = [
  ...['', 'EMP-123456 and EMP-12345', 'the falcon   project\nx FALCON project', 'ABC1 ABC22 😀 XYZ9\r\nx'],
  ...['a.b axb a\nb ab', '\ud800 lone \udc00 a', 'ΑΒΓα1 éü ß ẞ ſ K k \u212a', 'x\u0000y\u0001 \u2028a\u00a0b'],
  ...['aaaa aab abcd 1,234,567 A@b-c', `${'a'.repeat(3000)}b`, 'abc1 '.repeat(600), '😀1'.repeat(500), '\u{1d400}x9'],
]

describe.skipIf(native === null)('native re2', () => {
  const both = (source: string) => [re2js, native as PatternEngine].map((engine) => compilePattern(source, engine))
  const same = (source: string, text: string) => {
    const [ours, theirs] = both(source)
    expect(theirs?.ok, source).toBe(ours?.ok)
    if (!ours?.ok || !theirs?.ok) return
    expect(theirs.pattern.find(text, 1000), `${source} in ${text.slice(0, 60)}`).toEqual(ours.pattern.find(text, 1000))
    expect(theirs.pattern.test(text), source).toBe(ours.pattern.test(text))
  }
  test.each(sources)('takes and finds what re2js does: %s', (source) => {
    for (const text of texts) same(source, text)
  })
  test('in any text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aAbkKxyß1 2,-.\n😀éΩ\ud800E'), maxLength: 400 })
    fc.assert(fc.property(fc.constantFrom(...sources), text, same), { numRuns: 1000 })
  })
  test('as a set, in every pack and with patterns of one’s own', () => {
    // what is refused alone, as it matches everywhere, is no part of it
    const rules = sources
      .map((pattern, at) => ({ name: `rule-${at}`, pattern, action: 'flag' }))
      .filter((rule) => loadGuardPolicy({ packs: [], rules: [rule] }, re2js).ok)
    expect(rules.length).toBeGreaterThan(30)
    for (const packs of builtInPacks().map((name) => [name])) {
      const [ours, theirs] = [re2js, native as PatternEngine].map((engine) => {
        return loadGuardPolicy({ packs, rules }, engine)
      })
      if (!ours?.ok || !theirs?.ok) throw new Error('refused')
      expect(theirs.policy.version).toBe(ours.policy.version)
      for (const text of texts) expect(guard(text, 'input', theirs.policy)).toEqual(guard(text, 'input', ours.policy))
    }
  })
})
