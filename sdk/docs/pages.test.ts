/**
 * A new user's first minutes: an empty project, the packed SDK, the first example of a page as it stands. The collector
 * shows the run and its money; with a budget that is too small, the refusal. `outrider init` says the same line.
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../test/collector.ts'
import { type Packed, packSdk } from '../test/packed.ts'
import { type ProviderStub, startProviderStub } from '../test/provider-stub.ts'

const run = promisify(execFile)
const at = (path: string) => new URL(path, import.meta.url).pathname

let packed: Packed
let collector: Collector
let provider: ProviderStub
beforeAll(async () => {
  ;[packed, collector, provider] = await Promise.all([packSdk(), startCollector(), startProviderStub()])
})
afterAll(async () => {
  for (const each of [packed, collector, provider]) await each?.[Symbol.asyncDispose]()
})

const env = () => ({
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OUTRIDER_URL: collector.url,
  ...provider.env,
})

interface Run {
  readonly traceId: string
  readonly workflow: string | null
  readonly userId: string | null
  readonly stopReason: string | null
  readonly llmCalls: number
  readonly costUsd: number | null
}
const runs = async () => ((await collector.get('/api/runs?limit=100')) as { runs: Run[] }).runs

/** The first example of the page that has a budget, in a project with what the page installs. */
async function projectOf(page: string) {
  const text = await readFile(at(page), 'utf8')
  const [, line = ''] = /^npm install (.+)$/m.exec(text) ?? []
  const packages = line.split(' ').filter((name) => name !== '@outrider/sdk' && name !== '@opentelemetry/api')
  const code = [...text.matchAll(/^```ts run .*\n([\s\S]*?)^```/gm)]
    .map(([, block = '']) => block)
    .find((block) => block.includes('budgetUsd'))
  const cwd = join(packed.folder, page.replace('.md', ''))
  await mkdir(cwd)
  const dependencies = Object.fromEntries(['@outrider/sdk', ...packages].map((name) => [name, '*']))
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ name: 'shop', type: 'module', dependencies }))
  await packed.install(cwd, packages)
  return { cwd, code: code ?? '', packages }
}

describe.each([
  ['openai.md', 'outrider.wrap(new OpenAI())'],
  ['anthropic.md', 'outrider.wrap(new Anthropic())'],
  ['google.md', 'outrider.wrap(new GoogleGenAI('],
  ['ai-sdk.md', 'middleware()'],
  ['langchain.md', 'governed(new ChatOpenAI('],
  ['openai-agents.md', 'governed(new OpenAIProvider())'],
])('%s, copied into an empty project', (page, line) => {
  let project: Awaited<ReturnType<typeof projectOf>>
  beforeAll(async () => {
    project = await projectOf(page)
  })

  const play = async (code: string) => {
    const known = new Set((await runs()).map(({ traceId }) => traceId))
    // on a busy machine the gate may take longer than a user would wait
    const patient = code.replace('outrider.start({', 'outrider.start({ gateTimeoutMs: 30_000,')
    await writeFile(join(project.cwd, 'app.ts'), patient)
    const { stdout, stderr } = await run(process.execPath, ['app.ts'], { cwd: project.cwd, env: env() })
    return { stdout, stderr, runs: (await runs()).filter(({ traceId }) => !known.has(traceId)) }
  }

  it('shows the run and its money', async () => {
    const played = await play(project.code)
    expect(played.stderr).toBe('')
    expect(played.stdout).toContain('Your order is on its way.')
    expect(played.runs).toMatchObject([{ workflow: 'answer', userId: 'u-42', stopReason: 'completed' }])
    expect(played.runs[0]?.costUsd).toBeGreaterThan(0)
  })

  it('shows a refusal', async () => {
    const played = await play(project.code.replace(/budgetUsd: [\d.]+/, 'budgetUsd: 0.000001'))
    expect(played.stderr).toBe('')
    expect(played.stdout).toMatch(/^BUDGET_EXCEEDED /)
    expect(played.runs).toMatchObject([{ workflow: 'answer', stopReason: 'budget_exceeded', llmCalls: 0 }])
  })

  it('is what `outrider init` says to add', async () => {
    const cli = at('../../collector/src/cli/main.ts')
    await writeFile(join(project.cwd, 'app.ts'), '')
    const { stdout } = await run(process.execPath, [cli, 'init', '--dry-run'], { cwd: project.cwd, env: env() })
    expect(stdout).toContain(line)
  })
})
