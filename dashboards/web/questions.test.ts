// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** The five questions that people come with, each answered within two clicks of the first page, on the demo's traffic. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { openPage, type WatchedPage } from './test/watched-page.ts'

const DEMO = join(import.meta.dirname, '../../sdk/examples/demo/main.ts')
const MOST_CLICKS = 2

let collector: Collector
let browser: Browser
let watched: WatchedPage
let clicks: number

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector(), launchBrowser()])
  const env = { PATH: process.env.PATH, OUTRIDER_URL: collector.url }
  // on a busy machine the demo's own check at its end gives up early: its runs are there all the same
  await promisify(execFile)(process.execPath, [DEMO], { env }).catch(() => undefined)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})

beforeEach(async () => {
  clicks = 0
  watched = await openPage(browser, collector.url)
  await watched.page.goto('/')
  await watched.page.locator('.run-line').first().waitFor()
})

afterEach(async () => {
  expect(clicks).toBeLessThanOrEqual(MOST_CLICKS)
  expect(watched.trouble).toEqual([])
  await watched.close()
})

const click = async (what: Locator) => {
  clicks++
  await what.click()
}
const wordsOf = async (what: Locator) => (await what.innerText()).replace(/\s+/g, ' ')

test('what is happening: the first page says it, of every run', async () => {
  const { page } = watched
  await page.getByRole('link', { name: 'market-report' }).waitFor()
  const report = page.locator('.run-line', { hasText: 'market-report' })
  await expect
    .poll(() => wordsOf(report))
    .toMatch(/market-report \w+ OK completed crawler failed news \+1 .* 18 llm · .* \$0\.\d+ u-kim 1$/)
  await expect.poll(() => page.locator('.run-line', { hasText: 'support-ticket' }).count()).toBe(6)
  await page.locator('.live.live').waitFor()
})

test('what does it cost: in all, by workflow and a success', async () => {
  const { page } = watched
  await click(page.getByRole('link', { name: 'Money', exact: true }))
  const spend = page.getByRole('region', { name: 'Spend' })
  await spend.getByRole('heading', { name: /^Spend \$[\d.]+$/ }).waitFor()
  const ticket = spend.getByRole('row', { name: /support-ticket/ })
  await expect.poll(() => wordsOf(ticket)).toMatch(/support-ticket \$[\d.]+ \d+ % 43 .* 4 of 6 \$[\d.]+/)
  await click(spend.getByRole('radio', { name: 'model' }))
  await spend.getByRole('row', { name: /claude-opus-4-1/ }).waitFor()
})

test('who is failing: the worst agent comes first, and its red cell leads to the run', async () => {
  const { page } = watched
  await click(page.getByRole('link', { name: 'Agents', exact: true }))
  await expect.poll(() => page.locator('.lane').first().innerText()).toMatch(/^crawler\s+1\s+100 %/)
  await click(page.locator('.lane').first().locator('.cell.failed'))
  await page.getByRole('link', { name: 'market-report' }).waitFor()
  expect(await page.locator('.run-line').count()).toBe(1)
})

test('what did this run do: every step, with what was said', async () => {
  const { page } = watched
  await click(page.getByRole('link', { name: 'support-ticket' }).first())
  await page.locator('.line').first().waitFor()
  await click(page.locator('.line', { hasText: 'chat claude-sonnet-4-5' }).first())
  const panel = page.getByRole('complementary', { name: 'Span' })
  await expect.poll(() => wordsOf(panel)).toMatch(/chat claude-sonnet-4-5 .*(system|user)/i)
})

test('what was refused and why: the rule that spoke and its numbers', async () => {
  const { page } = watched
  await click(page.getByRole('link', { name: 'Money', exact: true }))
  const decisions = page.getByRole('region', { name: 'Decisions' })
  await click(decisions.getByRole('radio', { name: 'refused' }))
  await expect.poll(() => decisions.locator('.decision').count()).toBe(1)
  expect(await wordsOf(decisions.locator('.decision'))).toMatch(
    /^deny model claude-opus-4-1 crawler nothing held .* market-report \w+ BUDGET_EXCEEDED .* limit \$1\.00 · spent \$0\.\d+/,
  )
  // the address brings it back
  await page.reload()
  await expect.poll(() => decisions.locator('.decision').count()).toBe(1)
})

test('what guards kept back: the finding and the text around it', async () => {
  const { page } = watched
  await click(page.getByRole('link', { name: 'Guards', exact: true }))
  await click(page.getByRole('table').getByRole('button', { name: 'injection/override', exact: true }))
  const finding = page.locator('.finding').first()
  await expect.poll(() => wordsOf(finding)).toMatch(/PROMPT_INJECTION injection\/override/)
  await finding.locator('mark').first().waitFor()
})
