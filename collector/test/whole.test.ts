/** From an OTLP file to the terminal, through the real collector: `up`, `import`, `runs`, `run`, `tail`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endAll, type Outrider, outrider, startOutrider } from './outrider.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-whole-'))
const env = { OUTRIDER_PORT: '0', OUTRIDER_GRPC_PORT: 'off', OUTRIDER_DATA_DIR: join(dir, 'data') }
const START = 1_795_219_200_000_000_000n
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')

let up: Outrider
let url = ''
beforeAll(async () => {
  up = startOutrider(['up'], env)
  await up.said(/outrider ready on http\S+\n/)
  url = /http\S+/.exec(up.out())?.[0] ?? ''
})
afterAll(async () => {
  up.process.kill('SIGTERM')
  await up.ended
  endAll()
  rmSync(dir, { recursive: true })
})

/** `spans` spans in a run: an agent, then model calls. */
function request(run: number, spans: number) {
  const attributes = (values: Record<string, string | number>) => {
    return Object.entries(values).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
    }))
  }
  const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'triage' }
  const chat = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 10,
  }
  const all = Array.from({ length: spans }, (_, at) => ({
    traceId: hex(run, 32),
    spanId: hex(run * 100_000 + at, 16),
    ...(at === 0 ? {} : { parentSpanId: hex(run * 100_000, 16) }),
    name: at === 0 ? 'invoke_agent triage' : 'chat gpt-4o-mini',
    kind: 1,
    startTimeUnixNano: String(START + BigInt(run * 1000 + at) * 1_000_000n),
    endTimeUnixNano: String(START + BigInt(run * 1000 + at + 5) * 1_000_000n),
    attributes: attributes(at === 0 ? agent : chat),
  }))
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': 'support' }) },
        scopeSpans: [{ scope: { name: 'test' }, spans: all }],
      },
    ],
  }
}

test('import, then the run as a tree, as a table and as JSON; a second import changes nothing', async () => {
  const file = join(dir, 'traces.jsonl.gz')
  writeFileSync(file, gzipSync(`${JSON.stringify(request(1, 3))}\n${JSON.stringify(request(2, 2000))}\n`))
  for (const _time of ['first', 'again']) {
    const { code, out, err } = await outrider(['import', file, '--url', url])
    expect([code, out, err]).toEqual([0, `${file}: 2,003 spans accepted\n`, 'Next: outrider runs\n'])
  }
  const tree = await outrider(['run', hex(1, 32), '--url', url])
  expect(tree.out).toContain('3 spans · 2 model calls')
  expect(tree.out).toMatch(
    /agent invoke_agent triage.*\n.*├─ llm chat gpt-4o-mini +1,000 in 10 out +\$0\.00016.*\n.*└─ llm chat/,
  )
  const { runs } = JSON.parse((await outrider(['runs', '--agent', 'triage', '--json', '--url', url])).out)
  expect(runs.map((run: { spanCount: number; llmCalls: number }) => [run.spanCount, run.llmCalls])).toEqual([
    [2000, 1999],
    [3, 2],
  ])
})

test('what cannot be taken is counted and named, file by file; the rest is stored', async () => {
  const [good, bad] = [request(3, 2), request(4, 2)]
  Object.assign(bad.resourceSpans[0]!.scopeSpans[0]!.spans[1]!, { traceId: 'zz' })
  const mixed = join(dir, 'mixed.jsonl')
  writeFileSync(mixed, `${JSON.stringify(good)}\n{"torn\n${JSON.stringify(bad)}\n`)
  const { code, out } = await outrider(['import', mixed, join(dir, 'none'), '--url', url])
  expect(code).toBe(1)
  expect(out).toMatch(
    /mixed\.jsonl: 3 spans accepted, 1 rejected\n {2}line 2: it is not JSON\n {2}.+\n.*none: 0 spans accepted\n {2}there is no such file\n/,
  )
  const [report] = (await outrider(['import', mixed, '--json', '--url', url])).out
    .split('\n')
    .map((line) => line && JSON.parse(line))
  expect(report).toMatchObject({ file: mixed, traces: { accepted: 3, rejected: 1 } })
  expect((await outrider(['run', hex(4, 32), '--json', '--url', url])).code).toBe(0)
})

test('tail sees what arrives on standard input of another', async () => {
  const tail = startOutrider(['tail', '--agent', 'triage', '--url', url])
  await tail.said('Waiting for runs')
  expect((await outrider(['import', '-', '--url', url], {}, JSON.stringify(request(5, 4)))).code).toBe(0)
  await tail.said(new RegExp(`${hex(5, 32)}.*4 spans`))
  tail.process.kill('SIGINT')
  expect(await tail.ended).toBe(130)
})

test('up answers at /docs and serves; SIGTERM ends it with 0', async () => {
  const second = startOutrider(['up', '--config', join(dir, 'outrider.yaml')], env)
  expect(await second.ended).toBe(3)
  const docs = (await (await fetch(`${url}/docs`)).json()) as { paths: object }
  expect(Object.keys(docs.paths)).toEqual(
    expect.arrayContaining(['/api/runs', '/api/runs/{traceId}', '/api/runs/live']),
  )
  const html = await fetch(url)
  expect(html.headers.get('content-security-policy')).toContain("default-src 'none'")
  const third = startOutrider(['up'], { ...env, OUTRIDER_DATA_DIR: join(dir, 'other') })
  await third.said('outrider ready on')
  third.process.kill('SIGTERM')
  expect(await third.ended).toBe(0)
})
