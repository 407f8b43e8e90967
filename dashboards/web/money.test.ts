// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** Money in a real browser, on the real gate: what is held and spent, what is stopped, and what was refused and why. */
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { visible } from './src/visible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { HOSTILE_STRINGS } from './test/hostile-strings.ts'
import { newSpanId, newTraceId, type OtlpSpan } from './test/otlp.ts'
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

async function ask(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(collector.url + path, { method, headers, body: JSON.stringify(body) })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`)
  return answer
}

/** A model call of 1,000 tokens in and 1,000 out: 0.0125 USD are held for it. */
const check = (more: object) =>
  ask('POST', '/v1/gate/check', {
    id: newTraceId(),
    traceId: newTraceId(),
    kind: 'model',
    provider: 'openai',
    model: 'gpt-4o',
    inputTokens: 1000,
    maxOutputTokens: 1000,
    ...more,
  })
const settle = (holdId: unknown, costUsd: number) => ask('POST', '/v1/gate/settle', { holdId, costUsd, status: 'ok' })
/** For the calls of the workflow of the same name. */
const budget = (name: string, limitUsd: number, scope: string[]) =>
  ask('PUT', `/api/budgets/${name}`, { scope, limitUsd, match: { workflow: name } })

const words = async (locator: { innerText(): Promise<string> }) => (await locator.innerText()).replace(/\s+/g, ' ')

describe('the Money page', () => {
  it('is one step from the runs, and shows what is spent, held and left of every budget', async () => {
    const { page, trouble } = watched
    await budget('bars', 0.1, ['user'])
    const spent = await check({ workflow: 'bars', userId: 'bar-user' })
    await settle(spent.holdId, 0.03)
    await check({ workflow: 'bars', userId: 'bar-user' })
    await page.goto('/')
    await page.getByRole('link', { name: 'Money' }).click()
    await page.waitForURL(/\/money$/)
    const line = page.locator('.budget', { hasText: 'bar-user' })
    await line.getByRole('img', { name: '$0.03 spent and $0.0125 held of $0.10' }).waitFor()
    await expect.poll(() => words(line)).toContain('$0.03 spent $0.0125 held $0.0575 left of $0.10')
    const [bar, held] = await Promise.all([
      line.locator('.bar-spent').boundingBox(),
      line.locator('.bar-held').boundingBox(),
    ])
    const whole = (await line.locator('.bar-box').boundingBox())!
    expect(bar!.width / whole.width).toBeCloseTo(0.3, 2)
    expect(held!.width / whole.width).toBeCloseTo(0.125, 2)
    expect(held!.x).toBeCloseTo(bar!.x + bar!.width, 0)
    expect(trouble).toEqual([])
  })

  it('moves by itself: a settle turns held into spent, beyond the hold is unbacked, and all gone is said', async () => {
    const { page, trouble } = watched
    await budget('moving', 0.02, ['user'])
    const { holdId } = await check({ workflow: 'moving', userId: 'mover' })
    await page.goto('/money')
    const line = page.locator('.budget', { hasText: 'mover' })
    await line.getByText('$0.0125 held').waitFor()
    await settle(holdId, 0.05)
    await line.getByText('$0.0375 unbacked').waitFor()
    await expect.poll(() => words(line)).toContain('nothing left')
    await page.locator('.budget.gone', { hasText: 'mover' }).waitFor()
    expect(trouble).toEqual([])
  })

  it('says how fast a budget goes, and when it will be gone', async () => {
    const { page, trouble } = watched
    await budget('burning', 1, ['user'])
    const spend = async (usd: number) => settle((await check({ workflow: 'burning', userId: 'burner' })).holdId, usd)
    await spend(0.001)
    await page.goto('/money')
    const line = page.locator('.budget', { hasText: 'burner' })
    await line.getByText('not burning').waitFor()
    await spend(0.01)
    await line.getByText(/^\$[\d.]+ an hour: gone in \d+m \d+s$/).waitFor()
    expect(trouble).toEqual([])
  })

  it('stops a scope only after a confirmation with name and reason, and frees it the same way', async () => {
    const { page, trouble } = watched
    await page.goto('/money')
    await page.getByLabel('Name to stop').fill('runaway')
    await page.getByRole('region', { name: 'Switches' }).getByRole('button', { name: 'Hold…', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Hold' })
    await dialog.getByText('Hold agent runaway?').waitFor()
    await dialog.getByRole('button', { name: 'Leave as it is' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await (await fetch(`${collector.url}/api/switches`)).text()).not.toContain('runaway')

    await page.getByRole('region', { name: 'Switches' }).getByRole('button', { name: 'Hold…', exact: true }).click()
    await dialog.getByRole('button', { name: 'Hold', exact: true }).click()
    await expect.poll(() => dialog.isVisible()).toBe(true)
    await dialog.getByLabel('Your name').fill('Ada')
    await dialog.getByLabel('Reason').fill('burns money')
    await dialog.getByRole('button', { name: 'Hold', exact: true }).click()
    const line = page.locator('.switches li', { hasText: 'runaway' })
    await line.waitFor()
    await expect.poll(() => words(line)).toMatch(/held agent runaway burns money Ada, /)
    expect(await check({ agent: 'runaway' })).toMatchObject({ decision: 'deny', reasons: [{ code: 'SWITCH_HELD' }] })

    await line.getByRole('button', { name: 'Free… agent runaway' }).click()
    const free = page.getByRole('dialog', { name: 'Free' })
    await free.getByLabel('Your name').fill('Ada')
    await free.getByLabel('Reason').fill('mended')
    await free.getByRole('button', { name: 'Free', exact: true }).click()
    await line.waitFor({ state: 'detached' })
    expect(await check({ agent: 'runaway' })).toMatchObject({ decision: 'allow' })
    const audit = JSON.stringify(await (await fetch(`${collector.url}/api/audit`)).json())
    for (const word of ['burns money', 'mended', 'Ada']) expect(audit).toContain(word)
    expect(trouble).toEqual([])
  })

  it('says in the dialog why it could not be done, and keeps what was written', async () => {
    const { page } = watched
    await page.route('**/api/switches/**', (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/json',
        body: JSON.stringify({
          error: { code: 'OUT_KEY_SCOPE', message: 'This key may not stop anything.', retryable: false },
        }),
      }),
    )
    await page.goto('/money')
    await page.getByLabel('Scope to stop').selectOption('global')
    await page.getByRole('region', { name: 'Switches' }).getByRole('button', { name: 'Hold…', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Hold' })
    await dialog.getByText('Hold everything?').waitFor()
    await dialog.getByLabel('Your name').fill('Ada')
    await dialog.getByLabel('Reason').fill('fire')
    await dialog.getByRole('button', { name: 'Hold', exact: true }).click()
    await dialog.getByRole('alert').getByText('OUT_KEY_SCOPE').waitFor()
    await expect.poll(() => dialog.getByLabel('Reason').inputValue()).toBe('fire')
  })

  it('lists the gate’s answers with their reasons, and leads to the run', async () => {
    const { page, trouble } = watched
    await budget('listed', 0.001, ['workflow'])
    const traceId = newTraceId()
    await check({ traceId, workflow: 'listed', agent: 'spender' })
    await page.goto('/money')
    const line = page.locator('.decision', { hasText: 'listed' })
    await line.waitFor()
    await expect
      .poll(() => words(line))
      .toMatch(/^deny model gpt-4o spender nothing held .* listed .*BUDGET_EXCEEDED listed: /)
    await expect.poll(() => words(line)).toContain('limit $0.001')
    await line.getByRole('link').click()
    await page.waitForURL(`**/runs/${traceId}`)
    expect(trouble).toEqual([])
  })
})

describe('spend', () => {
  it('is told by workflow, with what a success costs, and by whatever is chosen; a name leads to its runs', async () => {
    const { page, trouble } = watched
    const tokens = { 'gen_ai.usage.input_tokens': 1_000_000, 'gen_ai.usage.output_tokens': 0 }
    const call = (workflow: string, model: string, more: object = {}): OtlpSpan => ({
      ...{ traceId: newTraceId(), spanId: newSpanId(), name: 'chat', startMs: Date.now() - 60_000, durationMs: 900 },
      attributes: {
        ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': model },
        ...{ 'gen_ai.workflow.name': workflow, 'gen_ai.agent.name': 'spender', ...tokens },
      },
      ...more,
    })
    const spans = [
      call('dear', 'gpt-4o'),
      call('dear', 'gpt-4o', { error: 'it broke' }),
      call('cheap', 'gpt-4o-mini'),
      call('cheap', 'acme-unpriced'),
    ]
    await collector.send(spans)
    await collector.judge('outcomes', [{ traceId: spans[0]!.traceId, outcome: 'success' }])
    await page.goto('/money')
    const spend = page.getByRole('region', { name: 'Spend' })
    const row = (name: string) => spend.locator('tbody tr', { hasText: name })
    await row('dear').waitFor()
    // what a success costs is told by another answer
    await expect
      .poll(() => words(row('dear')), { timeout: 20_000 })
      .toMatch(/^dear \$5\.00 \d+ % 2 2M 0 1 of 2 \$5\.00$/)
    await expect
      .poll(() => words(row('cheap')), { timeout: 20_000 })
      .toMatch(/^cheap \$0\.15 \+1 unpriced \d+ % 2 2M 0 0 of 2 at least \$0\.075$/)
    await expect.poll(() => words(spend)).toContain('1 call without a known price: acme-unpriced.')
    await spend.getByRole('radio', { name: 'model' }).check()
    await page.waitForURL(/by=model/)
    await row('gpt-4o-mini').waitFor()
    await page.reload()
    await row('gpt-4o-mini').getByRole('link').click()
    await page.waitForURL(/\?model=gpt-4o-mini&range=24h$/)
    expect(trouble).toEqual([])
  })
})

describe('a run', () => {
  it('shows what it holds, what it spent, and the call that was refused and why, in its lines and in the panel', async () => {
    const { page, trouble } = watched
    await budget('capped', 0.03, ['workflow'])
    const traceId = newTraceId()
    const root = newSpanId()
    const llm = newSpanId()
    const place = { traceId, workflow: 'capped', agent: 'writer', parentSpanId: root }
    const first = await check({ ...place, spanId: llm })
    await settle(first.holdId, 0.011)
    await check({ ...place, spanId: newSpanId() })
    const refused = newTraceId()
    await check({ ...place, id: refused, spanId: newSpanId() })
    const span = { traceId, startMs: Date.now() - 5000, durationMs: 4000 }
    const call = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'outrider.hold.id': String(first.holdId),
    }
    await collector.send([
      { ...span, spanId: root, name: 'capped', attributes: { 'gen_ai.workflow.name': 'capped' } },
      { ...span, spanId: llm, parentSpanId: root, name: 'chat gpt-4o', attributes: call },
    ])
    await page.goto(`/runs/${traceId}`)
    const header = page.locator('.run-header')
    await header.getByText('of 3 decisions').waitFor()
    await expect.poll(() => words(header)).toContain('Held $0.0125 by 1 open call Refused 1 of 3 decisions')
    const strip = page.getByRole('region', { name: 'Decisions' })
    await expect
      .poll(() => words(strip))
      .toMatch(/deny model gpt-4o writer nothing held .*BUDGET_EXCEEDED capped: .*limit \$0\.03/)
    await strip.getByRole('button', { name: 'Show all 3 decisions' }).click()
    await expect.poll(() => words(strip)).toMatch(/allow model gpt-4o writer \$0\.0125 held → \$0\.011 spent/)
    await strip.getByRole('button', { name: 'Show refused calls only' }).click()

    await page.locator('.line', { hasText: 'deny · budget exceeded' }).waitFor()
    await expect.poll(() => page.locator('.line', { hasText: 'allow · $0.0125 held' }).count()).toBe(2)
    await page.locator(`#span-${llm}`).click()
    const panel = page.getByRole('complementary', { name: 'Span' })
    await expect.poll(() => words(panel)).toContain('$0.0125 held → $0.011 spent')
    await page.locator('.line', { hasText: 'deny · budget exceeded' }).click()
    await panel.getByText('nothing held').waitFor()
    await expect.poll(() => words(panel)).toContain('BUDGET_EXCEEDED')
    expect(trouble).toEqual([])
  })
})

it('hostile names and reasons stay text, in every place', async () => {
  const { page, trouble } = watched
  const some = HOSTILE_STRINGS.filter((text, i) => i % 5 === 0 && text.trim() !== '' && text.length <= 200)
  const shown: string[] = []
  for (const text of some) {
    const name = encodeURIComponent(text)
    const held = await fetch(`${collector.url}/api/switches/agent/${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: text, by: text }),
    })
    if (held.ok) shown.push(text)
    await check({ agent: text, workflow: text, userId: text, model: text }).catch(() => {})
  }
  expect(shown.length).toBeGreaterThan(30)
  await page.goto('/money')
  await page
    .locator('.switches li')
    .nth(shown.length - 1)
    .waitFor()
  const text = (await page.locator('.switches').innerText()).replace(/\s+/g, ' ')
  for (const each of shown) expect(text).toContain(visible(each).replace(/\s+/g, ' ').trim())
  await page.locator('.switches li').first().getByRole('button').click()
  await page.getByRole('dialog', { name: 'Free' }).waitFor()
  const foreign = await page.evaluate(() => [
    ...new Set([...document.querySelectorAll('main *, dialog *')].map(({ localName }) => localName)),
  ])
  const ours =
    'div section h1 h2 p ul li span strong b bdi a button input select option label form code time dialog fieldset legend table thead tbody tr th td'.split(
      ' ',
    )
  expect(foreign.filter((name) => !ours.includes(name))).toEqual([])
  expect(trouble).toEqual([])
})

describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it.each([1360, 390])('at %d pixels it has no accessibility fault and stays in its frame', async (width) => {
    const userId = `${colorScheme}-${width}`
    await budget('axed', 0.02, ['user'])
    const { holdId } = await check({ workflow: 'axed', userId })
    await settle(holdId, 0.03)
    await check({ workflow: 'axed', userId })
    const { page, close } = await openPage(browser, collector.url, {
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
    })
    await page.addInitScript({ content: axe.source })
    await page.goto('/money')
    await page.locator('.budget').first().waitFor()
    await page.locator('.decision').first().waitFor()
    const faults = () =>
      page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
      })
    expect(await faults()).toEqual([])
    const overflow = await page.evaluate(() => {
      const main = document.querySelector('main')!
      return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth)
    })
    expect(overflow).toBeLessThanOrEqual(0)
    await page.locator('.budget').first().getByRole('button', { name: 'Hold…' }).click()
    await page.getByRole('dialog', { name: 'Hold' }).waitFor()
    expect(await faults()).toEqual([])
    await close()
  })
})
