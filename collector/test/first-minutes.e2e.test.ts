import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Running, startCollector } from './collector.ts'
import { endAll, startOutrider } from './outrider.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-minutes-'))
const KEY = 'an-admin-key-of-this-test'
const config = join(dir, 'outrider.yaml')
const project = join(dir, 'shop')
let collector: Running
beforeAll(async () => {
  writeFileSync(
    config,
    [
      'budgets:',
      '  - { name: day, scope: global, limitUsd: 9, window: day }',
      '  - { name: refunds, scope: agent, match: { agent: "refund*" }, limitUsd: 9 }',
    ].join('\n'),
  )
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"name":"shop","type":"module","dependencies":{"openai":"7"}}')
  collector = await startCollector({
    OUTRIDER_DATA_DIR: join(dir, 'data'),
    OUTRIDER_CONFIG: config,
    OUTRIDER_API_KEY: KEY,
  })
})
afterAll(async () => {
  endAll()
  await collector.stop()
  rmSync(dir, { recursive: true, force: true })
})

const outrider = async (args: readonly string[], env: Record<string, string> = {}) => {
  const { ended, out, err } = startOutrider(args, {
    OUTRIDER_URL: collector.url,
    OUTRIDER_API_KEY: KEY,
    OUTRIDER_CONFIG: config,
    OUTRIDER_DATA_DIR: join(dir, 'data'),
    ...env,
  })
  return { code: await ended, out: out(), err: err() }
}
const findings = (out: string): { check: string; state: string; message: string }[] => JSON.parse(out).findings
const statesOf = (out: string, check: string) =>
  findings(out)
    .filter((one) => one.check === check)
    .map(({ state }) => state)
const post = (path: string, body: object) =>
  fetch(collector.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify(body),
  })

describe('outrider init', () => {
  test('prints the lines, sends a run, and its link shows that run', async () => {
    const { code, out, err } = await outrider(['init', project])
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('Found: javascript, openai') })
    expect(out).toContain('const openai = outrider.wrap(new OpenAI())')
    const link = out.trim().split('\n').at(-1) ?? ''
    expect(link).toMatch(new RegExp(`^${collector.url}/runs/[0-9a-f]{32}$`))
    const answer = await fetch(link.replace('/runs/', '/api/runs/'), { headers: { authorization: `Bearer ${KEY}` } })
    expect(await answer.json()).toMatchObject({ run: { workflow: 'outrider-init', stopReason: 'completed' } })
  })

  test('prints imports that the SDK has', async () => {
    const all = join(dir, 'all')
    mkdirSync(all)
    const packages = ['openai', 'ai', '@langchain/core', '@openai/agents', '@mastra/core', '@modelcontextprotocol/sdk']
    const dependencies = Object.fromEntries(packages.map((name) => [name, '1']))
    writeFileSync(join(all, 'package.json'), JSON.stringify({ type: 'module', dependencies }))
    const { out } = await outrider(['init', all, '--dry-run', '--json'])
    const code: string[] = JSON.parse(out).steps.flatMap((step: { code: string[] }) => step.code)
    const ours = code.flatMap((line) => [...line.matchAll(/^import \{ (.*) \} from '@outrider\/sdk(.*)'$/g)])
    expect(ours.length).toBe(packages.length)
    for (const [, names = '', door] of ours) {
      const found = Object.keys(await import(`@outrider/sdk${door}`))
      expect(found).toEqual(expect.arrayContaining(names.split(', ')))
    }
  })

  test('sends nothing on a dry run, and needs no collector for it', async () => {
    const answer = await outrider(['init', project, '--dry-run', '--json'], { OUTRIDER_URL: 'http://127.0.0.1:9' })
    expect(answer.code).toBe(0)
    expect(JSON.parse(answer.out)).toMatchObject({ version: 1, project: { name: 'shop' }, testRun: null })
  })

  test.each([
    ['nobody answers', project, { OUTRIDER_URL: 'http://127.0.0.1:9' }, 4, 'outrider.wrap'],
    ['the key is refused', project, { OUTRIDER_API_KEY: 'some-other-key-of-nobody' }, 5, 'outrider.wrap'],
    ['there is no project', tmpdir(), {}, 2, ''],
    ['there is no directory', join(tmpdir(), 'nowhere-at-all'), {}, 2, ''],
  ] as const)('says by its exit code that %s, after the lines', async (_, where, env, code, printed) => {
    const answer = await outrider(['init', where], env)
    expect(answer).toMatchObject({ code, out: expect.stringContaining(printed), err: expect.stringMatching(/./) })
  })
})

describe('outrider doctor', () => {
  test('finds nothing broken, and what should be looked at', async () => {
    const traceId = 'ab'.repeat(16)
    const check = { id: 'asks', traceId, kind: 'tool', tool: { name: 'search' }, estimateUsd: 1 }
    expect((await post('/v1/gate/check', check)).status).toBe(200)
    const { code, out } = await outrider(['doctor', '--json'])
    expect(JSON.parse(out)).toMatchObject({ version: 1, ok: true, url: collector.url })
    expect(code).toBe(0)
    for (const check of ['config', 'runtime', 'reach', 'ready', 'clock', 'spans'])
      expect(statesOf(out, check)).toEqual(['ok'])
    expect(statesOf(out, 'scope')).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(statesOf(out, 'budgets')).toEqual(['ok', 'warn'])
    expect(findings(out).find(({ check, state }) => check === 'budgets' && state === 'warn')?.message).toContain(
      'refunds',
    )
  })

  test('names models that spend without asking', async () => {
    const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
    const span = {
      ...{ traceId: 'cd'.repeat(16), spanId: 'ef'.repeat(8), name: 'chat gpt-4o', kind: 3 },
      startTimeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
      endTimeUnixNano: `${BigInt(Date.now() + 1) * 1_000_000n}`,
      attributes: [
        text('gen_ai.operation.name', 'chat'),
        text('gen_ai.provider.name', 'openai'),
        text('gen_ai.request.model', 'gpt-4o'),
        { key: 'gen_ai.usage.input_tokens', value: { intValue: '1000' } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: '100' } },
      ],
    }
    await post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
    const { code, out } = await outrider(['doctor', '--json'])
    expect(code).toBe(0)
    expect(findings(out).find(({ check }) => check === 'unguarded')).toMatchObject({
      state: 'warn',
      message: expect.stringMatching(/called gpt-4o without asking the gate \(\$0\.00\d+\)/),
    })
  })

  test.each([
    ['the configuration is wrong', { OUTRIDER_PORT: 'many' }, 3, 'config'],
    ['nobody answers', { OUTRIDER_URL: 'http://127.0.0.1:9' }, 4, 'reach'],
    ['the key is unknown', { OUTRIDER_API_KEY: 'some-other-key-of-nobody' }, 5, 'scope'],
  ] as const)('says by its exit code that %s', async (_, env, code, check) => {
    const answer = await outrider(['doctor', '--json'], env)
    expect({ code: answer.code, ok: JSON.parse(answer.out).ok }).toEqual({ code, ok: false })
    expect(statesOf(answer.out, check)).toContain('fail')
  })

  test('tells a stranger on the port from an empty one', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end('a shop')).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const answer = await outrider(['doctor', '--json'], { OUTRIDER_URL: url })
    server.close()
    expect(answer.code).not.toBe(0)
    expect(statesOf(answer.out, 'reach')).toEqual(['fail'])
    const nobody = await outrider(['doctor'], { OUTRIDER_URL: 'http://127.0.0.1:9' })
    expect(nobody.out).toContain('Nothing listens on 127.0.0.1:9.')
  })
})
