// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** The agents page in a real browser, on the real collector. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faultsOf } from './test/accessible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { foreignNodes } from './test/foreign-nodes.ts'
import { HOSTILE_STRINGS } from './test/hostile-strings.ts'
import { newSpanId, newTraceId, type OtlpSpan } from './test/otlp.ts'
import { openPage, type WatchedPage } from './test/watched-page.ts'

const MINUTE_MS = 60_000
let collector: Collector
let browser: Browser
let watched: WatchedPage

/** `boss` asks `worker`, which calls a model; `failed` fails the worker. */
function teamRun(
  minutesAgo: number,
  workflow: string,
  { boss = 'boss', worker = 'worker', failed = false } = {},
): OtlpSpan[] {
  const traceId = newTraceId()
  const [root, child] = [newSpanId(), newSpanId()]
  const startMs = Date.now() - minutesAgo * MINUTE_MS
  const named = (agent: string) => ({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': agent,
    'gen_ai.workflow.name': workflow,
  })
  return [
    { traceId, spanId: root, name: workflow, startMs, durationMs: 900, attributes: named(boss) },
    {
      ...{ traceId, spanId: child, parentSpanId: root, name: 'worker', startMs, durationMs: 500 },
      attributes: named(worker),
      ...(failed ? { error: 'it broke' } : {}),
    },
    {
      ...{ traceId, spanId: newSpanId(), parentSpanId: child, name: 'chat', startMs, durationMs: 400 },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 100,
      },
    },
  ]
}

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector(), launchBrowser()])
  const runs = [5, 6, 7, 95, 200, 210].map((minutes, n) => teamRun(minutes, 'refunds', { failed: n === 3 }))
  await collector.send(runs.flat())
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})

beforeEach(async () => {
  watched = await openPage(browser, collector.url)
})
afterEach(() => watched.close())

const wordsOf = (text: string) => text.replace(/\s+/g, ' ')

describe('agents', () => {
  it('are one step from the runs; a red cell leads to the run that failed in it', async () => {
    const { page, trouble } = watched
    await page.goto('/')
    await page.getByRole('link', { name: 'Agents' }).click()
    await page.waitForURL(/\/agents$/)
    const worker = page.locator('.lane', { has: page.getByRole('link', { name: 'worker', exact: true }) })
    await worker.waitFor()
    // the one that fails comes first
    expect(wordsOf(await page.locator('.lane').first().innerText())).toMatch(/^worker 6 16\.7 % 500 ms \$0\.00\d+$/)
    expect(wordsOf(await page.locator('.lane').nth(1).innerText())).toMatch(/^boss 6 0 % 900 ms/)
    const red = worker.locator('.cell.failed')
    await expect.poll(() => red.count()).toBe(1)
    await expect.poll(() => red.getAttribute('aria-label')).toMatch(/^worker, .*: 1 run, 1 failed, p95 500 ms, \$/)
    await red.click()
    await page.getByRole('button', { name: 'Remove filter Failed agent' }).waitFor()
    await page.locator('.run-line').waitFor()
    await expect.poll(() => page.locator('.run-line').count()).toBe(1)
    expect(wordsOf(await page.locator('.run-line').innerText())).toContain('refunds')
    await expect
      .poll(() => page.locator('.c-agents .tag.bad').allInnerTexts())
      .toEqual([expect.stringMatching(/^worker/)])
    await page.goBack()
    // of all the day's runs of it the one that failed
    await page.getByRole('link', { name: '16.7 %: runs in which worker failed' }).click()
    await page.waitForURL(/failedAgent=worker/)
    await expect.poll(() => page.locator('.run-line').count()).toBe(1)
    // and there to the step in which it broke
    await page.locator('.run-link').click()
    await page.getByRole('button', { name: 'Where it failed' }).click()
    await page.locator('.failure').getByText('it broke').waitFor()
    await expect.poll(() => page.locator('.line.selected').innerText()).toMatch(/^worker/)
    expect(trouble).toEqual([])
  })

  it('are told with who calls whom, in a drawing and in figures', async () => {
    const { page, trouble } = watched
    await page.goto('/agents?workflow=refunds')
    const node = page.locator('.node', { hasText: 'worker' })
    await node.waitFor()
    expect(wordsOf(await node.innerText())).toMatch(/^worker 16\.7 % failed · \$0\.00/)
    await expect.poll(() => page.locator('.edge.failed').count()).toBe(1)
    const nodes = await page.locator('.node').allInnerTexts()
    expect(nodes.map(wordsOf)).toEqual([
      'refunds workflow',
      expect.stringMatching(/^boss 6 runs/),
      expect.stringMatching(/^worker 16\.7 % failed · \$0\.00/),
    ])
    // who is pointed at keeps its own calls in sight
    await page.locator('.node', { hasText: 'refunds' }).focus()
    await page.locator('.edge.failed.faint').waitFor({ state: 'attached' })
    expect(await page.locator('.edge:not(.faint)').count()).toBe(1)
    expect(wordsOf(await page.locator('.edge-words').innerText())).toBe('6')
    const lines = await page.locator('.plain tbody tr').allInnerTexts()
    expect(wordsOf(lines[0]!)).toMatch(/^refunds workflow boss 6 0 6 900 ms/)
    expect(wordsOf(lines[1]!)).toMatch(/^boss worker 6 1 6 500 ms \$0\.00\d+$/)
    expect(lines).toHaveLength(2)
    await node.click()
    await page.waitForURL(/agent=worker/)
    expect(new URL(page.url()).searchParams.get('workflow')).toBe('refunds')
    expect(trouble).toEqual([])
  })

  it('are read by keyboard, over what they show and how far back, and the address holds it', async () => {
    const { page, trouble } = watched
    await page.goto('/agents?workflow=refunds')
    const worker = page.locator('.lane').first()
    await worker.locator('.cell[href]').first().focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    await expect.poll(() => focused()).toMatch(/^worker/)
    const at = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.at)
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => focused()).toMatch(/^boss/)
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.at)).toBe(at)
    await expect.poll(() => page.getByRole('status').innerText()).toBe(await focused())
    await page.getByRole('radio', { name: 'Success' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(/metric=latency/)
    await page.getByRole('radio', { name: '1h' }).check()
    await page.waitForURL(/range=1h/)
    await expect
      .poll(() => page.locator('.lane').first().innerText().then(wordsOf), { timeout: 10_000 })
      .toMatch(/^boss 3 0 % 900 ms/)
    await page.reload()
    await page.locator('.health.latency').waitFor()
    await expect.poll(() => page.getByRole('radio', { name: '1h' }).isChecked()).toBe(true)
    await page.getByRole('button', { name: /Workflow refunds/ }).click()
    await page.waitForURL((url) => !url.searchParams.has('workflow'))
    expect(trouble).toEqual([])
  })

  it('move as runs arrive, and say where there are none', async () => {
    const { page, trouble } = watched
    await page.goto('/agents?workflow=just-now')
    await page.getByRole('heading', { name: 'No agent ran in the last 24h' }).waitFor()
    await page.locator('.live.live').waitFor()
    await collector.send(teamRun(0, 'just-now', { worker: 'newcomer' }))
    await page.getByRole('link', { name: 'newcomer', exact: true }).first().waitFor()
    expect(trouble).toEqual([])
  })

  it('have names that are text, whatever they are', async () => {
    const { page, trouble } = watched
    const names = HOSTILE_STRINGS.filter((_, n) => n % 5 === 0)
    const runs = names.map((name) => teamRun(1, 'hostile', { boss: name, worker: `${name} again` }))
    await collector.send(runs.flat())
    await page.goto('/agents?workflow=hostile')
    await page.locator('.lane').first().waitFor()
    const all = page.getByRole('button', { name: /^Show all .* agents/ })
    if (await all.isVisible()) await all.click()
    await expect.poll(() => page.locator('.lane').count()).toBeGreaterThan(50)
    await page.locator('.cell[href]').first().hover()
    expect(await page.evaluate(foreignNodes)).toEqual([])
    expect(trouble).toEqual([])
  })

  it.each([
    ['light', 1360],
    ['dark', 1360],
    ['light', 390],
    ['dark', 390],
  ] as const)('have no accessibility fault: %s, %d pixels', async (colorScheme, width) => {
    const viewport = { width, height: 844 }
    const { page, close } = await openPage(browser, collector.url, { colorScheme, viewport, reducedMotion: 'reduce' })
    for (const path of ['/agents?workflow=refunds', '/agents?workflow=refunds&metric=cost']) {
      await page.goto(path)
      await page.locator('.node').first().waitFor()
      expect(await faultsOf(page), path).toEqual([])
    }
    await close()
  })
})
