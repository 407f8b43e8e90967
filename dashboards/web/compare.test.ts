// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** Two runs side by side, and a run carried elsewhere, in a real browser on the real collector. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faultsOf } from './test/accessible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { foreignNodes } from './test/foreign-nodes.ts'
import { HOSTILE_STRINGS } from './test/hostile-strings.ts'
import { newSpanId, newTraceId, type OtlpSpan } from './test/otlp.ts'
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
  watched = await openPage(browser, collector.url, { permissions: ['clipboard-read', 'clipboard-write'] })
})
afterEach(() => watched.close())

const wordsOf = (text: string) => text.replace(/\s+/g, ' ')

/** Two runs of one workflow: in the second the model changed, a tool was not called and the answer has another word. */
async function twoRuns(workflow: string) {
  const a = supportRun(Date.now() - 90_000, { workflow })
  const b = supportRun(Date.now() - 60_000, { workflow })
  const changed = b.spans.flatMap((span): OtlpSpan[] => {
    if (span.name === 'execute_tool refund') return []
    if (span.spanId !== b.ids.firstCall) return [span]
    const output = String(span.attributes?.['gen_ai.output.messages']).replace('about billing', 'about shipping')
    const attributes = {
      ...span.attributes,
      ...{ 'gen_ai.request.model': 'gpt-4o', 'gen_ai.output.messages': output, 'gen_ai.usage.output_tokens': 80 },
    }
    return [{ ...span, name: 'chat gpt-4o', attributes }]
  })
  await collector.send([...a.spans, ...changed])
  return { a, b }
}

describe('two runs', () => {
  it('are one step from a run: the other one is chosen from the latest of the same workflow', async () => {
    const { page, trouble } = watched
    const { a, b } = await twoRuns('chosen')
    await page.goto(`/runs/${a.traceId}`)
    await page.getByRole('link', { name: 'Compare…' }).click()
    await page.getByRole('heading', { name: /^Compare with chosen/ }).waitFor()
    const rows = page.getByRole('list', { name: 'Runs to choose from' }).getByRole('button')
    await rows.first().waitFor()
    await expect.poll(() => rows.count()).toBe(1)
    await rows.click()
    await page.waitForURL(`**/compare?a=${a.traceId}&b=${b.traceId}`)
    await page.getByText(/^\d+ steps of \d+ differ$/).waitFor()
    await page.getByRole('link', { name: 'Swap' }).click()
    await page.waitForURL(`**/compare?a=${b.traceId}&b=${a.traceId}`)
    await page.getByRole('link', { name: 'Another run' }).click()
    await page.getByLabel('Trace ID').fill(a.traceId)
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.waitForURL(`**/compare?a=${b.traceId}&b=${a.traceId}`)
    expect(trouble).toEqual([])
  })

  it('show in figures and step by step what differs, and the texts word by word', async () => {
    const { page, trouble } = watched
    const { a, b } = await twoRuns('compared')
    await page.goto(`/compare?a=${a.traceId}&b=${b.traceId}`)
    await page.locator('.step-line.differs').first().waitFor()
    const figures = wordsOf(await page.locator('.run-figures').innerText())
    expect(figures).toMatch(/Tool calls 4 3 −25 %/)
    expect(figures).toMatch(/Tokens out 2k 2k \+0\.8 %/)
    const line = page.locator(`#step-${a.ids.firstCall}`)
    expect(wordsOf(await line.innerText())).toMatch(/model tokens cost texts$/)
    await page.keyboard.press('d')
    await page.waitForURL(/only=different/)
    expect(wordsOf(await page.getByRole('grid').innerText())).toMatch(
      /execute_tool refund 890 ms not there in one run only/,
    )
    await page.keyboard.press('n')
    await page.keyboard.press('Enter')
    const panel = page.getByRole('complementary', { name: 'Step' })
    await panel.waitFor()
    await page.goto(`/compare?a=${a.traceId}&b=${b.traceId}&span=${b.ids.firstCall}`)
    await panel.locator('ins').first().waitFor()
    await expect.poll(() => panel.locator('del').allInnerTexts()).toContain('billing')
    await expect.poll(() => panel.locator('ins').allInnerTexts()).toContain('shipping')
    expect(wordsOf(await panel.locator('.step-facts').innerText())).toMatch(/Model gpt-4o-mini gpt-4o/)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(trouble).toEqual([])
  })

  it('say when one is unknown, and when nothing differs', async () => {
    const { page } = watched
    const { a } = await twoRuns('same')
    await page.goto(`/compare?a=${a.traceId}&b=${a.traceId}`)
    await page.getByText(/steps, all the same$/).waitFor()
    await page.goto(`/compare?a=${a.traceId}&b=${newTraceId()}`)
    await page.getByText('OUT_RUN_UNKNOWN').waitFor()
  })

  it('of 10,000 spans each are aligned and drawn a few at a time', async () => {
    const { page, trouble } = watched
    const runs = [0, 1].map((turn) => {
      const traceId = newTraceId()
      const root = newSpanId()
      const startMs = Date.now() - 3_600_000
      const spans: OtlpSpan[] = Array.from({ length: 10_000 }, (_, n) => ({
        ...{ traceId, spanId: n === 0 ? root : newSpanId(), ...(n === 0 ? {} : { parentSpanId: root }) },
        ...{ name: `step ${n}`, startMs: startMs + n * 10, durationMs: n === 5000 && turn === 1 ? 9000 : 8 },
        attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': `tool-${n % 97}` },
      }))
      return { traceId, spans }
    })
    for (const { spans } of runs) await collector.send(spans)
    await page.goto(`/compare?a=${runs[0]!.traceId}&b=${runs[1]!.traceId}`)
    await page.getByText('1 step of 10,000 differ').waitFor()
    await expect.poll(() => page.locator('.step-line').count()).toBeLessThan(80)
    await page.keyboard.press('n')
    await page.locator('.step-line.active.differs').waitFor()
    expect(wordsOf(await page.locator('.step-line.active').innerText())).toMatch(/^step 5000 .*duration$/)
    expect(trouble).toEqual([])
  }, 120_000)

  it('are text, whatever was said in them', async () => {
    const { page, trouble } = watched
    const said = [HOSTILE_STRINGS, HOSTILE_STRINGS.toReversed()].map((all) => all.join('\n'))
    const runs = said.map((text, n) => {
      const traceId = newTraceId()
      const attributes = { 'outrider.input': text, 'outrider.output': text, 'gen_ai.workflow.name': text.slice(0, 200) }
      const spanId = newSpanId()
      return {
        traceId,
        spanId,
        span: { traceId, spanId, name: text.slice(n, 90), startMs: Date.now(), durationMs: 5, attributes },
      }
    })
    await collector.send(runs.map(({ span }) => span))
    await page.goto(`/compare?a=${runs[0]!.traceId}&b=${runs[1]!.traceId}&span=${runs[0]!.spanId}`)
    await page.locator('.panel del, .panel ins').first().waitFor()
    expect(await page.evaluate(foreignNodes)).toEqual([])
    expect(trouble).toEqual([])
  })

  it.each([
    ['light', 1360],
    ['dark', 390],
  ] as const)('have no accessibility fault: %s, %d pixels', async (colorScheme, width) => {
    const { a, b } = await twoRuns('accessible')
    const viewport = { width, height: 844 }
    const { page, close } = await openPage(browser, collector.url, { colorScheme, viewport, reducedMotion: 'reduce' })
    for (const more of ['', `&span=${a.ids.firstCall}`]) {
      await page.goto(`/compare?a=${a.traceId}&b=${b.traceId}${more}`)
      await page
        .locator(more === '' ? '.step-line.differs' : '.panel ins')
        .first()
        .waitFor()
      expect(await faultsOf(page), more).toEqual([])
    }
    await page.goto(`/compare?a=${a.traceId}`)
    await page.locator('.row-button').first().waitFor()
    expect(await faultsOf(page)).toEqual([])
    await close()
  })
})

describe('a run carried elsewhere', () => {
  const copied = async (traceId: string, form: string) => {
    const { page } = watched
    await page.goto(`/runs/${traceId}`)
    await page.getByRole('button', { name: `Copy the run as ${form}` }).click()
    await page.getByRole('button', { name: `Copy the run as ${form}: Copied` }).waitFor()
    return page.evaluate(() => navigator.clipboard.readText())
  }

  it('as OTLP is the same run on another collector', async () => {
    const { traceId, spans } = supportRun(Date.now() - 60_000)
    await collector.send(spans)
    const body = await copied(traceId, 'OTLP')
    const other = await startCollector()
    try {
      const headers = { 'content-type': 'application/json' }
      const sent = await fetch(`${other.url}/v1/traces`, { method: 'POST', headers, body })
      expect(await sent.json()).toEqual({})
      const read = async ({ url }: Collector) => (await fetch(`${url}/api/runs/${traceId}`)).json()
      expect(await read(other)).toEqual(await read(collector))
    } finally {
      await other.stop()
    }
  })

  it('as JSON is what the collector answers, as Markdown its figures and steps', async () => {
    const { traceId, spans } = supportRun(Date.now() - 600_000)
    await collector.send(spans)
    const answer = await (await fetch(`${collector.url}/api/runs/${traceId}`)).json()
    expect(JSON.parse(await copied(traceId, 'JSON'))).toEqual(answer)
    const markdown = await copied(traceId, 'Markdown')
    expect(markdown).toContain(`](${collector.url}/runs/${traceId})`)
    expect(markdown).toMatch(/\n {4}- tool \*\*execute\\_tool search\\_orders\*\* \(1\.5 s\) \*\*TimeoutError\*\*/)
    expect(watched.trouble).toEqual([])
  })
})
