/** Every PromQL of every dashboard, by a real Prometheus that scrapes a real collector. Says so where there is none. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { type Running, startCollector } from '../../../collector/test/collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from '../../../collector/test/otlp.ts'
import { boards } from '../src/boards.ts'

const found = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0)
const required = process.env.OUTRIDER_TEST_PEERS === 'required'
const shipped = new URL('../../../deploy/prometheus/prometheus.yaml', import.meta.url)

const asked = Object.entries(boards).flatMap(([board, { panels = [] }]) =>
  panels.flatMap((panel) =>
    (('targets' in panel ? panel.targets : undefined) ?? []).flatMap((target) => {
      const { expr } = target as { expr?: string }
      return expr === undefined ? [] : [{ board, panel: panel.title ?? '', expr }]
    }),
  ),
)
const patience = { timeout: 60_000, interval: 200 }
/** Series that a healthy collector on the embedded engine never has. */
const onlyElsewhere = /outrider_(spool_spans|spans_failed_total|spans_refused_total|gate_unbacked_usd_total)/

describe.runIf(found || required)('PromQL', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-prometheus-'))
  let collector: Running
  let prometheus: ChildProcess
  let url = ''

  beforeAll(async () => {
    writeFileSync(join(dir, 'outrider.yaml'), 'budgets: [{ name: cap, scope: workflow, limitUsd: 5 }]\n')
    collector = await startCollector({
      OUTRIDER_DATA_DIR: join(dir, 'data'),
      OUTRIDER_CONFIG: join(dir, 'outrider.yaml'),
    })
    await work()
    // what is shipped, but for the address, the key, the pace and the peers that are not here
    const config = parse(readFileSync(shipped, 'utf8'))
    const [job] = config.scrape_configs
    delete job.authorization
    job.static_configs[0].targets = [new URL(collector.url).host]
    const quick = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [job] }
    writeFileSync(join(dir, 'prometheus.yaml'), stringify(quick))
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(dir, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${join(dir, 'tsdb')}`,
        '--web.listen-address=127.0.0.1:0',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    url = await new Promise<string>((resolve, reject) => {
      let told = ''
      prometheus.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
        told += chunk
        const address = /Listening on"? address=(127\.0\.0\.1:\d+)/.exec(told)?.[1]
        if (address) resolve(`http://${address}`)
      })
      prometheus.once('exit', () => reject(new Error(told)))
    })
    // scrapes that came to an end: a busy machine misses some
    const count = async () => Number((await ask('sum_over_time(up{job="outrider"}[5m])'))[0]?.value[1] ?? 0)
    await vi.waitFor(async () => expect(await count()).toBeGreaterThanOrEqual(1), patience)
    await work()
    const before = await count()
    await vi.waitFor(async () => expect(await count()).toBeGreaterThanOrEqual(before + 2), patience)
  }, 150_000)
  afterAll(async () => {
    prometheus.kill('SIGKILL')
    await collector.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  /** Calls, errors, a finding, an allowed and a refused check, a settlement. */
  async function work(): Promise<void> {
    const traceId = newTraceId()
    const attributes = { 'gen_ai.agent.name': 'triage', ...modelCall() }
    await postSpans(collector.url, [
      { traceId, spanId: newSpanId(), attributes },
      {
        traceId,
        spanId: newSpanId(),
        attributes: { ...attributes, 'gen_ai.usage.input_tokens': 'many' },
        error: 'timeout',
      },
    ])
    const post = async (path: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(collector.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    }
    const check = {
      traceId,
      kind: 'model',
      agent: 'triage',
      provider: 'openai',
      model: 'gpt-4o-mini',
      inputTokens: 10,
      maxOutputTokens: 10,
    }
    const id = newSpanId()
    await post('/v1/gate/check', { ...check, id, workflow: 'refund' })
    await post('/v1/gate/settle', { holdId: id, usage: { inputTokens: 10, outputTokens: 5 }, status: 'ok' })
    await post('/v1/gate/check', { ...check, id: `${id}-open`, workflow: 'refund' })
    // a budget for each workflow refuses a call that names none
    await post('/v1/gate/check', { ...check, id: `${id}-refused` })
    await post('/v1/guard', { direction: 'input', text: 'mail bob@example.com' })
  }

  async function ask(
    query: string,
  ): Promise<readonly { readonly metric: object; readonly value: readonly [number, string] }[]> {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`)
    const { status, data, error } = (await answer.json()) as { status: string; data: { result: [] }; error?: string }
    if (status !== 'success') throw new Error(error)
    return data.result
  }

  it.each(asked)('$board: $panel: $expr', async ({ expr }) => {
    const rows = await ask(expr)
    if (!onlyElsewhere.test(expr)) expect(rows.length).toBeGreaterThan(0)
  })

  it('every series that a dashboard asks for is one that the collector tells', async () => {
    const text = await (await fetch(`${collector.url}/metrics`)).text()
    const told = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
    const names = asked.flatMap(({ expr }) =>
      [...expr.matchAll(/\boutrider_\w+/g)].map(([name]) => name.replace(/_bucket$/, '')),
    )
    expect(names.filter((name) => !told.has(name) && !onlyElsewhere.test(name))).toEqual([])
  })

  it('the configuration that is shipped is valid', () => {
    const checked = spawnSync('promtool', ['check', 'config', '--syntax-only', shipped.pathname], { encoding: 'utf8' })
    expect([checked.status, checked.stderr]).toEqual([0, ''])
  })
})

// said, and not counted as passed
if (!found && !required) it.skip('Prometheus is not installed: no PromQL is asked', () => {})
