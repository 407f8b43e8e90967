/** `node dashboards/web/screenshots.ts`: makes the README's pictures with the test browser, from the tests' own run. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launchBrowser } from './test/browser.ts'
import { startCollector } from './test/collector.ts'
import { supportRun } from './test/support-run.ts'

const dir = join(import.meta.dirname, 'screenshots')
const MINUTE = 60_000
const WORKFLOWS = ['support-triage', 'invoice-extraction', 'support-triage', 'nightly-digest', 'code-review']
const STOPS = ['completed', 'completed', 'budget_exceeded', 'completed', 'timeout', 'completed', 'guard_blocked']

const [collector, browser] = await Promise.all([startCollector(), launchBrowser()])
try {
  await mkdir(dir, { recursive: true })
  const now = Date.now()
  for (let i = 14; i > 0; i--) {
    const workflow = WORKFLOWS[i % WORKFLOWS.length]!
    const stop = STOPS[i % STOPS.length]!
    const user = `${['ada', 'bo', 'chen', 'dana'][i % 4]}@acme.example`
    const { spans } = supportRun(now - i * 41 * MINUTE, { workflow, user, stop, pace: ((i * 7) % 5) / 2 + 0.13 })
    await collector.send(spans.filter((_, n) => n % (1 + (i % 3)) === 0))
  }
  const run = supportRun(now - 2 * MINUTE)
  await collector.send(run.spans)

  const context = await browser.newContext({ baseURL: collector.url, viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto('/')
  await page.locator('.run-line').first().waitFor()
  await page.locator('.live.live').waitFor()
  await page.screenshot({ path: join(dir, 'runs.png') })
  await page.goto(`/runs/${run.traceId}?span=${run.ids.firstCall}`)
  await page.locator('.line.selected').waitFor()
  await page.screenshot({ path: join(dir, 'run.png') })
} finally {
  await browser.close()
  await collector.stop()
}
