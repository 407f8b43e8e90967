/** `outrider report` against a collector as users run it: to the terminal, a file, a webhook and a mailbox. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aDataDir, type Running, startCollector } from './collector.ts'
import { startMailServer } from './mail-server.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'
import { outrider } from './outrider.ts'

const data = aDataDir()
const dir = mkdtempSync(join(tmpdir(), 'outrider-report-'))
let running: Running
let env: Record<string, string>

beforeAll(async () => {
  running = await startCollector({ OUTRIDER_DATA_DIR: data.dir })
  env = { OUTRIDER_URL: running.url }
  const run = (outcome: string | undefined, minutesAgo: number) => {
    const [traceId, root] = [newTraceId(), newSpanId()]
    const startMs = Date.now() - minutesAgo * 60_000
    const agent = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'triage',
      'gen_ai.workflow.name': 'refund',
    }
    const told = outcome === undefined ? agent : { ...agent, 'outrider.outcome': outcome }
    return [
      { traceId, spanId: root, startMs, attributes: told },
      { traceId, spanId: newSpanId(), parentSpanId: root, startMs, attributes: modelCall() },
    ]
  }
  const day = 24 * 60
  const runs = [run('resolved', 10), run('refused', 20), run(undefined, 30), run('resolved', day + 60)]
  expect((await postSpans(running.url, runs.flat())).status).toBe(200)
})
afterAll(async () => {
  await running.stop()
  data.remove()
  rmSync(dir, { recursive: true })
})

test('as JSON it says what was spent, what a success cost, and by whom', async () => {
  const { code, out } = await outrider(['report', 'daily', '--json'], env)
  expect(code).toBe(0)
  const report = JSON.parse(out)
  const { totalUsd, previousUsd, change, calls, days } = report.spend
  expect(totalUsd).toBeGreaterThan(0)
  expect([calls, change]).toEqual([3, expect.closeTo(2, 9)])
  expect(previousUsd).toBeCloseTo(totalUsd / 3, 9)
  expect(days).toHaveLength(14)
  expect(report.workflows).toMatchObject([{ workflow: 'refund', runs: 3, succeeded: 1, failed: 1, unknown: 1 }])
  const { low, high } = report.workflows[0].costPerSuccessUsd
  expect([low, high]).toEqual([expect.closeTo(totalUsd / 2, 9), expect.closeTo(totalUsd, 9)])
  expect(report.movers[0]).toMatchObject({ by: 'agent', key: 'triage' })
})

test('a week, with outcomes of one’s own', async () => {
  const { code, out } = await outrider(['report', 'weekly', '--json', '--success', 'refused,resolved'], env)
  expect(code).toBe(0)
  expect(JSON.parse(out).workflows).toMatchObject([{ runs: 4, succeeded: 3, failed: 0, unknown: 1 }])
})

test('as Markdown, in a file with its chart beside it; as HTML, in one', async () => {
  const [md, html] = [join(dir, 'day.md'), join(dir, 'day.html')]
  expect((await outrider(['report', 'daily', '--out', md, '--pages', 'https://pages.example'], env)).code).toBe(0)
  expect(readFileSync(md, 'utf8')).toContain('![Spend by day](day.svg)')
  expect(readFileSync(md, 'utf8')).toMatch(/\| refund \| 3 \| 1 \| 1 \| 1 \|/)
  expect(readFileSync(join(dir, 'day.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>$/)
  expect((await outrider(['report', 'daily', '--format', 'html', '--out', html], env)).code).toBe(0)
  expect(readFileSync(html, 'utf8')).toMatch(/<svg[\s\S]*<h2>Cost of a success<\/h2>/)
})

test('to a webhook, signed', async () => {
  const heard: { headers: Record<string, string>; body: string }[] = []
  let status = 204
  const server = createServer(async (request, response) => {
    heard.push({ headers: request.headers as Record<string, string>, body: await text(request) })
    response.writeHead(status).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const secret = Buffer.from('a secret of twenty-four!').toString('base64')
    const file = join(dir, 'secret')
    writeFileSync(file, `${secret}\n`)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    const args = ['report', 'daily', '--webhook', url, '--secret-file', file]
    expect((await outrider(args, env)).code).toBe(0)
    const body = new Webhook(secret).verify(heard[0]!.body, heard[0]!.headers)
    expect(body).toMatchObject({ type: 'report.daily', data: { period: 'daily', spend: { calls: 3 } } })
    status = 500
    const refused = await outrider(args, env)
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('The webhook answered 500.')])
  } finally {
    server.close()
  }
})

test('to a mailbox, as text and as HTML', async () => {
  const server = await startMailServer('250 taken\r\n')
  try {
    const file = join(dir, 'smtp')
    writeFileSync(file, server.url)
    const mail = ['--email', 'ada@example.com', 'bob@example.com', '--from', 'o@example.com', '--smtp-url-file', file]
    expect((await outrider(['report', 'daily', ...mail], env)).code).toBe(0)
    expect(server.heard).toContain('RCPT TO:<bob@example.com>')
    expect(server.heard.join('\n')).toMatch(/^Subject: Outrider daily: /m)
    expect(server.heard.filter((line) => line.startsWith('Content-Type: text/'))).toHaveLength(2)
  } finally {
    server.close()
  }
})

test.each([
  [['report', 'hourly'], 2, 'daily, weekly'],
  [['report', 'daily', '--date', '2026-02-30'], 2, 'is not a date'],
  [['report', 'daily', '--email', 'a@example.com'], 2, '--smtp-url-file'],
  [['report', 'daily', '--out', '/nowhere/at/all.md'], 1, 'ENOENT'],
  [['report', 'daily', '--webhook', 'http://127.0.0.1:1/'], 4, 'could not be reached'],
])('%j ends with %i and says %s', async (args, code, why) => {
  const ended = await outrider(args, env)
  expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(why)])
})
