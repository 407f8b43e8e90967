import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Section } from './figure.ts'

const bench = (...options: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...options], { encoding: 'utf8' })

test('a quick run measures everything that a full one does and leaves nothing behind', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-test-'))
  try {
    const file = join(dir, 'figures.json')
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), '--quick', '--json', file],
      { encoding: 'utf8', env: { ...process.env, TMPDIR: dir } },
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const { sections } = JSON.parse(readFileSync(file, 'utf8')) as { readonly sections: readonly Section[] }
    const names = sections.flatMap(({ figures }) => figures.map(({ name }) => name))
    for (const wanted of [
      ...['acknowledged spans/s', 'ratio to that limit', 'CPU s per million spans, collector'],
      ...['decode', 'canonical', 'lineage', 'price', 'redact', 'encode'],
      ...['500 spans/s: p50', '500 spans/s: p99', '500 spans/s: max', 'full load: p99'],
      ...['GET /api/runs/{traceId}: p50', 'GET /api/runs/{traceId}: p99', 'GET /api/runs: p99'],
      ...['all queries: p95, ms', 'overview: p95, ms', 'runs: p95, ms', 'as they open: p95, ms', 'slowest of these'],
      ...['GET /api/runs?agent=: p99', 'GET /api/runs?q=: p99', 'bytes a span, ours / theirs'],
      ...['one run by its trace ID', 'newest 50 runs of 24 h', 'p95 latency by agent and 5 min, 24 h'].map(lessCpu),
      ...['cost by model, 72 h', 'errors by tool and agent, 24 h'].map(lessCpu),
      'ratio to the bare OpenTelemetry SDK',
      ...['its thread, 50 callers: holds/s', 'no thread, 50 callers: holds/s', 'bytes in the file a settled hold'],
      ...['1 client: checks/s', '50 clients: checks/s', '200 clients: p99, ms', 'by the model’s own tokenizer'],
    ]) {
      expect(names).toContain(wanted)
    }
    for (const { value } of sections.flatMap(({ figures }) => figures)) {
      expect(value).toMatch(/\d/)
      expect(value).not.toMatch(/NaN|undefined|–/)
      expect(stdout).toContain(value)
    }
    expect(readdirSync(dir)).toEqual(['figures.json'])
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}, 300_000)

const lessCpu = (question: string) => `${question}: times less CPU`

test.each([
  ['--only', 'ingest,nonsense'],
  ['--spans', 'many'],
  ['--spans', '1.5'],
])('%s %s is refused', (...options) => {
  const { status, stdout, stderr } = bench(...options)
  expect(status).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain('--only takes')
})
