/** The rules for Prometheus, judged by Prometheus' own tool. Needs Debian's package `prometheus`; says so when it is not there. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { exportRules } from '../src/alert-export.ts'
import { loadRules, PACKS, packFile } from '../src/alert-rules.ts'

const found = spawnSync('promtool', ['--version']).status === 0
const required = process.env.OUTRIDER_TEST_PEERS === 'required'
const deploy = (path: string) => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url))
const rules = () => {
  const loaded = loadRules(PACKS.map(packFile))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.rules
}
const promtool = (...words: string[]) => {
  const { stdout, stderr, status } = spawnSync('promtool', words, { encoding: 'utf8' })
  return { said: stdout + stderr, status }
}

it('the rules that are committed are those that the packs say', () => {
  const { text, without } = exportRules(rules(), 'http://127.0.0.1:4318')
  expect(readFileSync(deploy('prometheus/outrider-rules.yaml'), 'utf8')).toBe(text)
  expect(without.map(({ rule }) => rule)).toEqual([
    ...['tool-error-rate', 'cost-per-run', 'guard-finding-rate', 'quality', 'cache-hit-rate', 'silence'],
  ])
})

it('every rule that is shipped has its page', () => {
  const pages = readdirSync(deploy('runbooks')).map((file) => file.replace('.md', ''))
  expect(rules().map(({ runbook }) => runbook)).toEqual(rules().map(({ name }) => `/runbooks/${name}`))
  expect(pages.filter((page) => page !== 'README').sort()).toEqual(
    [...rules().map(({ name }) => name), 'loop', 'collector'].sort(),
  )
})

it('what only Prometheus sees of the collector has its line in a page, and Prometheus loads it', () => {
  const { groups } = parse(readFileSync(deploy('prometheus/collector-rules.yaml'), 'utf8'))
  const page = readFileSync(deploy('runbooks/collector.md'), 'utf8')
  const shipped = groups.flatMap((group: { rules: readonly Record<string, unknown>[] }) => group.rules)
  expect(shipped.length).toBeGreaterThan(5)
  for (const { alert, annotations } of shipped) {
    expect(page).toContain(`| ${alert} |`)
    expect((annotations as { runbook_url: string }).runbook_url).toMatch(/\/runbooks\/collector$/)
  }
  const loads = parse(readFileSync(deploy('prometheus/prometheus.yaml'), 'utf8')).rule_files
  expect(loads.sort()).toEqual(
    readdirSync(deploy('prometheus'))
      .filter((file) => file.endsWith('-rules.yaml'))
      .sort(),
  )
})

it.runIf(found || required)('promtool finds nothing wrong with them, and their unit tests hold', () => {
  for (const [rules, tests] of [
    ['outrider-rules', 'alerts'],
    ['collector-rules', 'collector'],
  ]) {
    const checked = promtool('check', 'rules', deploy(`prometheus/${rules}.yaml`))
    expect(checked.status, checked.said).toBe(0)
    const tested = promtool('test', 'rules', deploy(`prometheus/${tests}.test.yaml`))
    expect(tested.status, tested.said).toBe(0)
  }
})

// said, and not counted as passed
if (!found && !required) it.skip('promtool is not installed: the rules are not judged by it', () => {})
