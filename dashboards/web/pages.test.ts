// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** The pages in a real browser, on the real collector, with telemetry as exporters send it. */
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { newSpanId, newTraceId } from './test/otlp.ts'
import { supportRun } from './test/support-run.ts'
import { openPage, type WatchedPage } from './test/watched-page.ts'

let collector: Collector
let browser: Browser
let watched: WatchedPage

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector(), launchBrowser()])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})

beforeEach(async () => {
  watched = await openPage(browser, collector.url)
})

afterEach(async () => {
  await watched.close()
})

describe('before the first run', () => {
  it('the list teaches how to send one, and shows the first that comes', async () => {
    const { page, trouble } = watched
    await page.goto('/')
    await page.getByText('npm run demo').waitFor()
    await page.getByText(`OTEL_EXPORTER_OTLP_ENDPOINT=${collector.url}`).waitFor()
    await page.locator('.live.live').waitFor()
    await collector.send(supportRun(Date.now() - 30_000, { workflow: 'first-ever' }).spans)
    await page.getByRole('link', { name: 'first-ever' }).waitFor()
    expect(trouble).toEqual([])
  })
})

describe('the list of runs', () => {
  it('shows what a run did and cost', async () => {
    const { page, trouble } = watched
    await collector.send(supportRun(Date.now() - 40_000, { workflow: 'shown-run', user: 'shown-user' }).spans)
    await page.goto('/?workflow=shown-run')
    const line = page.locator('.run-line').first()
    const words = (await line.innerText()).replace(/\s+/g, ' ')
    for (const word of [
      'shown-run',
      'Done',
      'completed',
      '18.4 s',
      '6 llm · 4 tool',
      '15.9k in · 2k out',
      '+1 unpriced',
      'shown-user',
    ]) {
      expect(words).toContain(word)
    }
    expect(words).toMatch(/\$0\.00\d+/)
    expect(trouble).toEqual([])
  })

  it('keeps filters in the address, and takes them from it', async () => {
    const { page, trouble } = watched
    await collector.send(supportRun(Date.now() - 50_000, { workflow: 'needle' }).spans)
    await collector.send(supportRun(Date.now() - 45_000, { workflow: 'hay' }).spans)
    await page.goto('/')
    await page.getByRole('link', { name: 'hay', exact: true }).waitFor()
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('needle')
    await page.waitForURL(/[?]q=needle$/)
    await page.getByRole('link', { name: 'hay', exact: true }).waitFor({ state: 'detached' })
    await expect.poll(() => page.locator('.run-link').allInnerTexts()).toEqual(['needle'])
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.getByLabel('Agent', { exact: true }).fill('nobody')
    await page.getByText('No run fits these filters').waitFor()
    await page.getByRole('button', { name: 'Remove filter Agent' }).click()
    await page.getByRole('link', { name: 'needle' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'needle' }).waitFor()
    await expect.poll(() => page.getByRole('searchbox', { name: 'Search runs' }).inputValue()).toBe('needle')
    await expect.poll(() => page.locator('.run-link').allInnerTexts()).toEqual(['needle'])
    expect(trouble).toEqual([])
  })

  it('says what is wrong with a filter, with code, field and hint', async () => {
    const { page } = watched
    await page.goto('/?minCostUsd=lots')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    await expect.poll(() => alert.innerText()).toMatch(/OUT_QUERY_INVALID \(minCostUsd\)/)
    await expect.poll(() => alert.innerText()).toContain('GET /docs lists them')
  })

  it('stands still while paused', async () => {
    const { page, trouble } = watched
    await page.goto('/?workflow=paused-run')
    await page.locator('.live.live').waitFor()
    const closed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/runs/live'))
    await page.keyboard.press('p')
    await closed
    await page.getByRole('button', { name: /Resume/ }).waitFor()
    await collector.send(supportRun(Date.now() - 20_000, { workflow: 'paused-run' }).spans)
    await expect.poll(() => page.locator('.run-line').count()).toBe(0)
    await page.getByRole('button', { name: /Resume/ }).click()
    await page.getByRole('link', { name: 'paused-run' }).waitFor()
    expect(trouble).toEqual([])
  })

  it('asks every few seconds where it cannot listen', async () => {
    const { page } = watched
    await page.route('**/api/runs/live', (route) => route.abort())
    await page.goto('/?workflow=polled-run')
    await page.locator('.live.polling').waitFor()
    await collector.send(supportRun(Date.now() - 20_000, { workflow: 'polled-run' }).spans)
    await page.getByRole('link', { name: 'polled-run' }).waitFor()
  })

  it('leads to older runs and back', async () => {
    const { page, trouble } = watched
    const startMs = Date.now() - 3_600_000
    const spans = Array.from({ length: 130 }, (_, i) => ({
      traceId: newTraceId(),
      spanId: newSpanId(),
      name: `paged-${i}`,
      startMs: startMs + i * 1000,
      durationMs: 5,
      attributes: { 'gen_ai.workflow.name': `paged-${i}`, 'user.id': 'pager' },
    }))
    await collector.send(spans)
    await page.goto('/?user=pager')
    await page.getByRole('link', { name: 'paged-129', exact: true }).waitFor()
    await expect.poll(() => page.locator('.run-line').count()).toBe(100)
    await page.getByRole('link', { name: 'Older →' }).click()
    await page.getByRole('link', { name: 'paged-0', exact: true }).waitFor()
    await expect.poll(() => page.locator('.run-line').count()).toBe(30)
    await page.getByRole('link', { name: '← Newest' }).click()
    await page.getByRole('link', { name: 'paged-129', exact: true }).waitFor()
    expect(trouble).toEqual([])
  })

  it('can be walked and opened by keyboard', async () => {
    const { page, trouble } = watched
    const older = supportRun(Date.now() - 90_000, { workflow: 'keyed', user: 'keys' })
    await collector.send([
      ...supportRun(Date.now() - 80_000, { workflow: 'keyed', user: 'keys' }).spans,
      ...older.spans,
    ])
    await page.goto('/?user=keys')
    await page.locator('.run-line').nth(1).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('ArrowDown')
    await page.locator('.run-line:nth-child(3).active').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('jk')
    await page.waitForURL(/q=jk/)
    await page.keyboard.press('Escape')
    await page.goto('/?user=keys')
    await page.locator('.run-line').nth(1).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/runs/${older.traceId}`)
    expect(trouble).toEqual([])
  })
})

describe('a run', () => {
  it('shows its figures and every span, orphans and errors marked', async () => {
    const { page, trouble } = watched
    const run = supportRun(Date.now() - 120_000)
    await collector.send(run.spans)
    await page.goto(`/runs/${run.traceId}`)
    await page
      .locator('.line')
      .nth(run.spans.length - 1)
      .waitFor()
    const header = (await page.locator('.run-header').innerText()).replace(/\s+/g, ' ')
    for (const word of [
      'support-triage',
      'completed',
      '15.9k',
      '18.4 s',
      '+1 unpriced',
      'research',
      'acme-large',
      'search_orders ×2 1 error',
      run.traceId,
    ]) {
      expect(header).toContain(word)
    }
    const row = async (id: string) => (await page.locator(`#span-${id}`).innerText()).replace(/\s+/g, ' ')
    await expect.poll(() => row(run.ids.failedSearch)).toContain('✕ TimeoutError')
    await expect.poll(() => row(run.ids.orphan)).toContain('parent not received')
    await expect.poll(() => row(run.ids.firstCall)).toMatch(/chat gpt-4o-mini tool calls 812 → 64 \$0\.00014 1\.32 s/)
    expect(trouble).toEqual([])
  })

  it('is read by keyboard: move, close, open, search, help, and back', async () => {
    const { page, trouble } = watched
    const run = supportRun(Date.now() - 120_000)
    await collector.send(run.spans)
    await page.goto(`/runs/${run.traceId}`)
    await page.locator('.line').first().waitFor()
    const keys = async (...names: string[]) => {
      for (const name of names) await page.keyboard.press(name)
    }
    await keys('j', 'j')
    await page.locator(`#span-${run.ids.triage}.active`).waitFor()
    await keys('ArrowLeft')
    await page.locator(`#span-${run.ids.triage}[aria-expanded=false]`).waitFor()
    await page.locator(`#span-${run.ids.firstCall}`).waitFor({ state: 'detached' })
    await keys('ArrowRight', 'ArrowRight', 'Enter')
    await page.locator(`#span-${run.ids.firstCall}.selected`).waitFor()
    expect(new URL(page.url()).searchParams.get('span')).toBe(run.ids.firstCall)
    const panel = page.getByRole('complementary', { name: 'Span' })
    const words = (await panel.innerText()).replace(/\s+/g, ' ')
    for (const word of [
      'triage',
      'priced from tokens',
      '270 from cache',
      '330 ms',
      'You triage support tickets',
      'calls lookup_customer call_1',
      '"customer": "c_982"',
      'gen_ai.request.temperature',
    ]) {
      expect(words).toContain(word)
    }
    await panel.getByRole('searchbox', { name: 'Search attributes' }).fill('TEMPERATURE')
    await expect
      .poll(() => panel.locator('details .attributes').first().locator('dt').allInnerTexts())
      .toEqual(['gen_ai.request.temperature'])
    await keys('Escape', 'Escape')
    await panel.waitFor({ state: 'detached' })
    await keys('/')
    await page.keyboard.type('search_orders')
    await page.getByText('2 matches').waitFor()
    await keys('Enter')
    await page.locator(`#span-${run.ids.failedSearch}.active`).waitFor()
    await keys('Escape', '?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await keys('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(trouble).toEqual([])
  })

  it.each(['?span=', '#span='])('opens at the span that a link names by %s', async (how) => {
    const { page, trouble } = watched
    const run = supportRun(Date.now() - 120_000)
    await collector.send(run.spans)
    await page.goto(`/runs/${run.traceId}${how}${run.ids.failedSearch}`)
    await page.locator(`#span-${run.ids.failedSearch}.selected`).waitFor()
    await page.locator('.failure').getByText('search_orders gave no answer in 1500 ms').waitFor()
    await page.getByRole('button', { name: 'Close the span' }).click()
    await page.getByRole('complementary').waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('span=')
    expect(trouble).toEqual([])
  })

  it('says when a link names a span that it does not have', async () => {
    const { page, trouble } = watched
    const run = supportRun(Date.now() - 120_000)
    await collector.send(run.spans)
    await page.goto(`/runs/${run.traceId}?span=00000000000000ff`)
    await page.getByText('The link names the span 00000000000000ff, which this run does not have.').waitFor()
    expect(trouble).toEqual([])
  })

  it('leaves other spans out on request, and says how many', async () => {
    const { page, trouble } = watched
    const run = supportRun(Date.now() - 120_000)
    await collector.send(run.spans)
    await page.goto(`/runs/${run.traceId}`)
    await page
      .locator('.line')
      .nth(run.spans.length - 1)
      .waitFor()
    await page.getByRole('button', { name: 'Hide other spans' }).click()
    await page.getByRole('button', { name: '2 spans hidden · show' }).waitFor()
    await expect.poll(() => page.locator('.line').count()).toBe(run.spans.length - 2)
    await page.reload()
    await page.getByRole('button', { name: '2 spans hidden · show' }).click()
    await page.locator(`#span-${run.ids.orphan}`).waitFor()
    expect(trouble).toEqual([])
  })

  it('follows a run that is still going, and keeps what was opened', async () => {
    const { page, trouble } = watched
    const run = supportRun(Date.now() - 19_000)
    const [root, ...rest] = run.spans
    await collector.send(rest.slice(0, 3))
    await page.goto(`/runs/${run.traceId}?span=${run.ids.firstCall}`)
    await page.getByText('Running', { exact: true }).waitFor()
    await page.locator('.live.live').waitFor()
    await collector.send([...rest.slice(3), root!])
    await page.getByText('Done', { exact: true }).waitFor()
    await page.locator(`#span-${run.ids.root}`).waitFor()
    await page.locator(`#span-${run.ids.firstCall}.selected`).waitFor()
    expect(trouble).toEqual([])
  })

  it('that is unknown is said to be, and appears when it arrives', async () => {
    const { page } = watched
    const run = supportRun(Date.now() - 20_000)
    await page.goto(`/runs/${run.traceId}`)
    await page.getByText('OUT_RUN_UNKNOWN').waitFor()
    await page.locator('.live.live').waitFor()
    await collector.send(run.spans)
    await page.locator(`#span-${run.ids.root}`).waitFor()
    await page.goto('/runs/not-a-trace')
    await page.getByText('OUT_TRACE_ID_INVALID').waitFor()
  })
})

describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it.each([1360, 390])('at %d pixels, both pages have no accessibility fault', async (width) => {
    const run = supportRun(Date.now() - 60_000, { workflow: 'axed' })
    await collector.send(run.spans)
    const { page, close } = await openPage(browser, collector.url, {
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
    })
    await page.addInitScript({ content: axe.source })
    for (const path of [
      '/?workflow=axed&agent=triage',
      '/?workflow=nothing',
      '/dialects',
      `/runs/${run.traceId}`,
      `/runs/${run.traceId}?span=${run.ids.firstCall}`,
      `/runs/${run.traceId}?span=${run.ids.failedSearch}&q=search`,
    ]) {
      await page.goto(path)
      await page.locator('.run-line, .line, .notice h2, .dialect').first().waitFor()
      const faults = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
      })
      expect(faults, path).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow, path).toBeLessThanOrEqual(0)
    }
    await close()
  })
})

describe('dialects', () => {
  it('are two steps from the runs, and say who sends and what is missing', async () => {
    const { page, trouble } = watched
    await collector.send(supportRun(Date.now() - 30_000).spans)
    await page.goto('/')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('link', { name: 'Dialects' }).click()
    await page.waitForURL(/\/dialects$/)
    const card = page.getByRole('region', { name: 'otel-genai' }).first()
    await card.waitFor()
    const words = (await card.innerText()).replace(/\s+/g, ' ')
    expect(words).toMatch(/[\d,]+ spans · [\d,]+ model calls/)
    expect(words).toMatch(/Missing in these spans.*have tokens and no price/)
    await page.reload()
    await card.waitFor()
    expect(trouble).toEqual([])
  })
})

describe('with keys', () => {
  it('asks for one, keeps it in this tab only, and sends it with everything', async () => {
    const apiKey = 'or_test_0123456789abcdef0123456789abcdef'
    const closed = await startCollector({ apiKey })
    const { page, close } = await openPage(browser, closed.url)
    try {
      await closed.send(supportRun(Date.now() - 20_000, { workflow: 'behind-a-key' }).spans)
      await page.goto('/')
      await page.getByLabel('API key').fill('wrong-key-wrong-key')
      await page.getByRole('button', { name: 'Use key' }).click()
      await page.getByText('OUT_KEY_UNKNOWN').waitFor()
      await page.getByLabel('API key').fill(apiKey)
      await page.getByRole('button', { name: 'Use key' }).click()
      await page.getByRole('link', { name: 'behind-a-key' }).waitFor()
      await page.locator('.live.live').waitFor()
      expect(page.url()).not.toContain(apiKey)
      await page.getByRole('link', { name: 'behind-a-key' }).click()
      await page.locator('.line').first().waitFor()
      const stored = await page.evaluate(() => ({ ...localStorage, cookie: document.cookie }))
      expect(stored).toEqual({ cookie: '' })
    } finally {
      await close()
      await closed.stop()
    }
  })
})
