// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** Alerts in a real browser: hours of telemetry in a real store, judged by the real collector. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faultsOf } from './test/accessible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { foreignNodes } from './test/foreign-nodes.ts'
import { HOSTILE_STRINGS } from './test/hostile-strings.ts'
import { newSpanId, newTraceId, type OtlpSpan } from './test/otlp.ts'
import { openPage, type WatchedPage } from './test/watched-page.ts'

const yaml = `alerts:
  notify:
    - { type: log }
    - { type: webhook, name: nowhere, url: "http://127.0.0.1:1/hook", allowPrivate: true }
`
const MINUTE_MS = 60_000
let dataDir: string
let collector: Collector
let browser: Browser
let watched: WatchedPage

/** One model call of an agent. */
function call(agent: string, startMs: number, failed: boolean, durationMs = 400): OtlpSpan[] {
  const traceId = newTraceId()
  const root = newSpanId()
  const named = { 'gen_ai.agent.name': agent, 'gen_ai.workflow.name': 'watched' }
  return [
    {
      ...{ traceId, spanId: root, name: agent, startMs, durationMs: 500 },
      attributes: { ...named, 'gen_ai.operation.name': 'invoke_agent' },
    },
    {
      ...{ traceId, spanId: newSpanId(), parentSpanId: root, name: 'chat', startMs, durationMs },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm-1' },
      ...(failed ? { error: 'it broke' } : {}),
    },
  ]
}

/** The same tool call, again and again: a loop, found as it arrives. */
function loop(agent: string, tool: string): OtlpSpan[] {
  const traceId = newTraceId()
  const root = newSpanId()
  const startMs = Date.now() - 5000
  const named = { 'gen_ai.agent.name': agent, 'gen_ai.operation.name': 'invoke_agent' }
  return [
    { traceId, spanId: root, name: 'spins', startMs, durationMs: 4000, attributes: named },
    ...Array.from({ length: 6 }, (_, n) => ({
      ...{ traceId, spanId: newSpanId(), parentSpanId: root, name: 'spin', startMs: startMs + n * 100, durationMs: 50 },
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': tool,
        'gen_ai.tool.call.arguments': '{"same":1}',
        'gen_ai.tool.call.result': '{"same":2}',
      },
    })),
  ]
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'outrider-pages-alerts-'))
  const before = await startCollector({ dataDir })
  const now = Math.floor(Date.now() / MINUTE_MS)
  // four calm hours, then eleven minutes in which every call of one agent fails, and takes its time to
  const spans = Array.from({ length: 240 }, (_, n) => now - 240 + n).flatMap((minute) =>
    [0, 1, 2, 3].flatMap((n) => [
      ...call('steady', minute * MINUTE_MS + n * 9000, n === 3 && minute % 7 === 0),
      ...(minute >= now - 11
        ? call('shaky', minute * MINUTE_MS + n * 9000 + 20, true, 3000)
        : call('shaky', minute * MINUTE_MS + n * 9000 + 20, n === 2 && minute % 7 === 3)),
    ]),
  )
  await before.send(spans)
  await before.stop()
  ;[collector, browser] = await Promise.all([startCollector({ dataDir, yaml }), launchBrowser()])
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

beforeEach(async () => {
  watched = await openPage(browser, collector.url)
})
afterEach(() => watched.close())

const words = async (locator: { innerText(): Promise<string> }) => (await locator.innerText()).replace(/\s+/g, ' ')

describe('alerts', () => {
  it('are one step from the runs: what, who, how far from normal, and the runs that show it', async () => {
    const { page, trouble } = watched
    await page.goto('/')
    await page.getByRole('link', { name: 'Alerts' }).click()
    const firing = page.getByRole('region', { name: 'Firing' }).locator('.alert')
    // what fires is shown at once, its runs as soon as they are found
    await firing.getByText('seen in').waitFor()
    await expect.poll(() => firing.count()).toBe(1)
    await expect
      .poll(() => words(firing))
      .toMatch(
        /^critical error_rate of agent shaky is 100\.0 %, normally .* error-rate shaky .* seen in \w{8} \w{8} \w{8}/,
      )
    await expect.poll(() => page.title()).toBe('(1) Alerts · Outrider')
    await firing.getByText('1 symptom of the same trouble').click()
    const symptom = firing.locator('.symptoms li')
    await expect
      .poll(() => words(symptom))
      .toMatch(/^latency latency_p95_ms of agent shaky is 3000 ms, normally 400 ms/)
    expect(await symptom.getByRole('link').getAttribute('href')).toBe('/alerts?series=latency&agent=shaky')
    await expect.poll(() => page.getByRole('region', { name: 'Recent' }).locator('.alert').count()).toBe(1)
    await firing.locator('a.mono').first().click()
    const inline = page.getByRole('region', { name: 'Alerts' }).locator('.alert')
    await inline.waitFor()
    await expect.poll(() => words(inline)).toMatch(/error_rate of agent shaky/)
    expect(trouble).toEqual([])
  })

  it('show the series with its band, and where it fired', async () => {
    const { page, trouble } = watched
    await page.goto('/alerts')
    await page.getByRole('region', { name: 'Firing' }).getByRole('link', { name: 'error-rate' }).click()
    await page.waitForURL(/series=error-rate&agent=shaky/)
    const chart = page.locator('.chart')
    await chart.waitFor()
    await expect.poll(() => words(chart.locator('figcaption'))).toBe('agent shaky now 100 %, fired once')
    for (const path of ['.band', '.value'])
      await expect.poll(() => chart.locator(path).getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+L/)
    await expect.poll(() => chart.locator('.fired').count()).toBe(1)
    const [outer, inner] = [await chart.boundingBox(), await chart.locator('svg').boundingBox()]
    expect(inner!.y + inner!.height).toBeLessThan(outer!.y + outer!.height)
    await page.getByRole('button', { name: 'Remove filter agent shaky' }).click()
    await page.locator('.chart').nth(1).waitFor()
    await page.reload()
    await page.locator('.chart').nth(1).waitFor()
    expect(trouble).toEqual([])
  })

  it('are kept quiet for a time, behind a confirmation, and told again', async () => {
    const { page, trouble } = watched
    await page.goto('/alerts')
    const firing = page.getByRole('region', { name: 'Firing' }).locator('.alert')
    await firing.getByRole('button', { name: /^Silence…/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Silence' })
    await expect.poll(() => words(dialog)).toContain('rule error-rate, agent shaky')
    await dialog.getByLabel('For').selectOption({ label: '4 hours' })
    await dialog.getByLabel('Your name').fill('dana')
    await dialog.getByLabel('Reason').fill('known outage')
    await dialog.getByRole('button', { name: 'Silence' }).click()
    await firing.getByText(/^quiet:/).waitFor()
    const silences = page.getByRole('region', { name: 'Silences' })
    await expect.poll(() => words(silences)).toMatch(/active rule error-rate, agent shaky known outage dana, until/)
    await silences.getByRole('button', { name: 'End…' }).click()
    await page.getByRole('dialog', { name: 'End' }).getByRole('button', { name: 'End' }).click()
    await firing.getByRole('button', { name: /^Silence…/ }).waitFor()
    expect(trouble).toEqual([])
  })

  it('come from rules, and a changed rule is tried on the last week', async () => {
    const { page } = watched
    await page.goto('/alerts?view=rules')
    const row = page.getByRole('row', { name: /^error-rate / })
    await row.waitFor()
    await expect.poll(() => words(row)).toMatch(/^error-rate error_rate ↑ agent band .* critical 2 1 Try a change/)
    await row.getByRole('button', { name: /^Try a change/ }).click()
    const editor = page.getByRole('region', { name: 'Try a rule' })
    const text = editor.getByLabel('Rule as YAML')
    const preview = editor.getByRole('button', { name: 'Preview on the last week' })
    await preview.click()
    await editor.getByText('It would have fired once').waitFor()
    await expect.poll(() => words(editor.getByRole('status'))).toContain('over 2 series, 1 of them quiet')
    const shipped = await text.inputValue()
    await text.fill(shipped.replace(/band:.*/, 'threshold: { limit: 2 }'))
    await preview.click()
    await editor.getByText('It would not have fired').waitFor()
    await text.fill(shipped.replace('error_rate', 'eror_rate'))
    await preview.click()
    await editor.getByRole('alert').waitFor()
    await expect.poll(() => words(editor.getByRole('alert'))).toMatch(/line \d+: .*error_rate/)
  })

  it('say whether they get where they should', async () => {
    const { page } = watched
    await page.goto('/alerts?view=delivery')
    const nowhere = page.locator('.switches li', { hasText: 'nowhere' })
    await nowhere.getByRole('button', { name: 'Send a test to nowhere' }).click()
    await nowhere.getByText('cannot be reached').last().waitFor()
    await expect.poll(() => words(nowhere)).toMatch(/webhook/)
    const log = page.locator('.switches li', { hasText: 'log' })
    await log.getByRole('button', { name: 'Send a test to log' }).click()
    await log.getByRole('status').getByText('delivered').waitFor()
  })

  it('appear as they are found, with names that are text', async () => {
    const { page, trouble } = watched
    await page.goto('/alerts')
    await page.locator('.live.live').waitFor()
    const names = HOSTILE_STRINGS.filter((text, n) => n % 12 === 0 && text.length < 120)
    await collector.send(names.flatMap((name, n) => loop(name, HOSTILE_STRINGS[n * 7]!.slice(0, 120))))
    await page.getByRole('region', { name: 'Recent' }).locator('.alert').nth(names.length).waitFor()
    expect(await page.evaluate(foreignNodes)).toEqual([])
    expect(trouble).toEqual([])
  })

  it.each([
    ['light', 1360],
    ['dark', 390],
  ] as const)('have no accessibility fault: %s, %d pixels', async (colorScheme, width) => {
    const viewport = { width, height: 844 }
    const { page, close } = await openPage(browser, collector.url, { colorScheme, viewport, reducedMotion: 'reduce' })
    for (const [path, sign] of [
      ['/alerts?series=error-rate', '.chart'],
      ['/alerts?view=rules', '.plain tbody tr'],
      ['/alerts?view=delivery', '.switches li'],
    ] as const) {
      await page.goto(path)
      await page.locator(sign).first().waitFor()
      expect(await faultsOf(page), path).toEqual([])
    }
    await page.getByRole('radio', { name: 'Rules' }).check()
    await page
      .getByRole('button', { name: /^Try a change/ })
      .first()
      .click()
    expect(await faultsOf(page)).toEqual([])
    await close()
  })
})
