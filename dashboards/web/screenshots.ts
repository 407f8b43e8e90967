/** `node dashboards/web/screenshots.ts`: makes the README's pictures with the test browser, from the tests' own run. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
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

  // the runaway loop of the demo, as the gate stopped it
  const demo = join(import.meta.dirname, '../../sdk/examples/demo/main.ts')
  const env = { ...process.env, OUTRIDER_URL: collector.url }
  const { stderr } = await promisify(execFile)(process.execPath, [demo], { env })
  const stopped = /crawler {2}(http\S+)/.exec(stderr)?.[1]
  if (stopped === undefined) throw new Error(`the demo told no link: ${stderr}`)
  await page.goto(stopped)
  await page.locator('.run-money .decisions').waitFor()
  await page.screenshot({ path: join(dir, 'stopped.png') })
  await page.goto('/money')
  await page.locator('.decisions').first().waitFor()
  await page.screenshot({ path: join(dir, 'money.png') })
} finally {
  await browser.close()
  await collector.stop()
}
