/** A run of 10,000 spans stays a page that can be read. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { newTraceId, type OtlpSpan } from './test/otlp.ts'
import { openPage } from './test/watched-page.ts'

const SPANS = 10_000
const traceId = newTraceId()
const id = (n: number) => (n + 1).toString(16).padStart(16, '0')

let collector: Collector
let browser: Browser

/** A root, then agents of 100 spans each, every tenth hanging one level deeper. */
function spansOf(traceId: string, count: number): OtlpSpan[] {
  const startMs = Date.now() - 3_600_000
  const parentOf = (n: number) => {
    if (n % 100 === 1) return 0
    if (n % 10 === 0) return n - 1
    return n - (n % 100) + 1 > n ? n - 99 : n - (n % 100) + 1
  }
  return Array.from({ length: count }, (_, n) => ({
    ...{ traceId, spanId: id(n), ...(n === 0 ? {} : { parentSpanId: id(parentOf(n)) }), name: `step ${n}` },
    ...{ startMs: startMs + n * 100, durationMs: n === 0 ? count * 100 : 80 },
    attributes: {
      'gen_ai.operation.name': n % 100 === 1 ? 'invoke_agent' : 'execute_tool',
      'gen_ai.tool.name': `tool-${n % 7}`,
    },
  }))
}

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector(), launchBrowser()])
  await collector.send(spansOf(traceId, SPANS))
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})

test('10,000 spans: all are there, few are drawn, any can be reached', async () => {
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto(`/runs/${traceId}`)
  await page.locator(`#span-${id(0)}`).waitFor()
  await expect.poll(() => page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe(String(SPANS + 1))
  const drawn = () => page.locator('.line').count()
  await expect.poll(() => drawn()).toBeLessThan(80)

  await page.keyboard.press('End')
  await page.locator('.line.active').waitFor()
  await expect.poll(() => page.locator('.line.active').getAttribute('aria-rowindex')).toBe(String(SPANS + 1))
  await expect.poll(() => drawn()).toBeLessThan(80)

  await page.keyboard.press('Home')
  await page.locator(`#span-${id(0)}.active`).waitFor()
  await page.locator('.run-scroll').evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight / 2))
  await page.locator('.line[aria-rowindex="5000"]').waitFor()
  await expect.poll(() => drawn()).toBeLessThan(80)

  await page.getByRole('button', { name: 'Collapse all' }).click()
  await expect.poll(() => page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe('102')
  await page.keyboard.press('/')
  await page.keyboard.type('step 7777')
  await page.getByText('1 match', { exact: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator(`#span-${id(7777)}.active`).waitFor()
  expect(trouble).toEqual([])
  await close()
}, 120_000)

test('a link into the middle of it opens there', async () => {
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto(`/runs/${traceId}#span=${id(8888)}`)
  const line = page.locator(`#span-${id(8888)}.selected`)
  await line.waitFor()
  const [row, ruler] = [await line.boundingBox(), await page.locator('.ruler').boundingBox()]
  expect(row!.y).toBeGreaterThanOrEqual(ruler!.y + ruler!.height)
  expect(row!.y + row!.height).toBeLessThanOrEqual(850)
  await page.getByRole('complementary', { name: 'Span' }).getByText('step 8888', { exact: true }).waitFor()
  expect(trouble).toEqual([])
  await close()
}, 120_000)

test('one that still goes on grows under the reader, who stays where they are', async () => {
  const going = newTraceId()
  const [, ...told] = spansOf(going, 2000)
  await collector.send(told.slice(0, -1))
  const { page, trouble, close } = await openPage(browser, collector.url)
  await page.goto(`/runs/${going}`)
  await page.locator('.live.live').waitFor()
  await page.locator(`#span-${id(1)}`).waitFor()
  await page.locator('.run-scroll').evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight / 2))
  await page.locator('.line[aria-rowindex="1000"]').waitFor()
  const scrolled = () => page.locator('.run-scroll').evaluate((scroller) => scroller.scrollTop)
  const before = await scrolled()
  await collector.send(told.slice(-1))
  await expect.poll(() => page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe('2000')
  expect(await scrolled()).toBe(before)
  expect(await page.locator('.line').count()).toBeLessThan(80)
  expect(trouble).toEqual([])
  await close()
}, 120_000)
