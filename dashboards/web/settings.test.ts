// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** The settings in a real browser, on the real collector, with keys. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { faultsOf } from './test/accessible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { openPage, type WatchedPage } from './test/watched-page.ts'

const apiKey = 'or_test_0123456789abcdef0123456789abcdef'
let collector: Collector
let browser: Browser
let watched: WatchedPage

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector({ apiKey }), launchBrowser()])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})

beforeEach(async () => {
  watched = await openPage(browser, collector.url)
  await watched.page.goto('/settings')
  await watched.page.getByLabel('API key').fill(apiKey)
  await watched.page.getByRole('button', { name: 'Use key' }).click()
  await watched.page.getByRole('region', { name: 'Configuration' }).waitFor()
})
afterEach(async () => {
  // the first answer is 401: the page has no key yet
  expect(watched.trouble.filter((line) => !line.includes('401'))).toEqual([])
  await watched.close()
})

it('show versions, keys without their secrets, and every setting that is in force', async () => {
  const { page } = watched
  const words = (await page.locator('.settings').innerText()).replace(/\s+/g, ' ')
  expect(words).toMatch(/outrider \d+\.\d+\.\d+ node 26\.\d+\.\d+ store embedded, chdb \d+/)
  expect(words).toMatch(/OUTRIDER_API_KEY ingest, gate, read, query, admin all never/)
  expect(words).toContain('content: full')
  expect(words).not.toContain(apiKey)
  expect(words).not.toMatch(/sha256/)
})

it('are searched by keyboard, and the address holds the search', async () => {
  const { page } = watched
  await page.keyboard.press('/')
  await page.keyboard.type('retention')
  await page.waitForURL(/q=retention/)
  const shown = async () => (await page.locator('.setting-sections').innerText()).replace(/\s+/g, ' ')
  await expect.poll(shown, { timeout: 10_000 }).toBe('retention: days: 30')
  await page.reload()
  await page.locator('.setting-section').waitFor()
  await expect.poll(() => shown()).toBe('retention: days: 30')
  await page.getByLabel('Search settings').fill('nothing like it')
  await page.getByText('No setting fits.').waitFor()
})

it.each([
  ['light', 1360],
  ['dark', 390],
] as const)('have no accessibility fault: %s, %d pixels', async (colorScheme, width) => {
  const { page } = watched
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.setViewportSize({ width, height: 844 })
  expect(await faultsOf(page)).toEqual([])
})
