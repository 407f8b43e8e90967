// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** What evaluators and people say of a run, on its page. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { supportRun } from './test/support-run.ts'
import { openPage } from './test/watched-page.ts'

let collector: Collector
let browser: Browser

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector(), launchBrowser()])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})

test('a run shows what was judged of it and of its spans: name, value, word, judge and why', async () => {
  const { page, trouble, close } = await openPage(browser, collector.url)
  const { traceId, spans, ids } = supportRun(Date.now() - 110_000)
  await collector.send(spans)
  await collector.judge('scores', [
    { traceId, name: 'resolved', value: 1, label: 'yes', source: 'user' },
    { traceId, name: 'helpfulness', value: 0.75, explanation: 'Names the refund,\nnot the day.', source: 'judge-7' },
    { traceId, spanId: ids.firstCall, name: 'groundedness', value: 0.123456, explanation: 'No source.' },
  ])
  await collector.judge('outcomes', [{ traceId, outcome: 'success', reason: 'Refund was issued.' }])
  await page.goto(`/runs/${traceId}?span=${ids.firstCall}`)
  const list = async (within: string) => (await page.locator(`${within} .scores`).innerText()).replace(/\s+/g, ' ')
  await expect
    .poll(() => list('.run-header'))
    .toBe('helpfulness 0.75 by judge-7 Names the refund, not the day. resolved 1 yes by user')
  expect((await page.locator('.run-header').innerText()).replace(/\s+/g, ' ')).toContain(
    'Outcome reason Refund was issued.',
  )
  await expect.poll(() => list('.panel')).toBe('groundedness 0.1235 No source.')
  expect(trouble).toEqual([])
  await close()
})
