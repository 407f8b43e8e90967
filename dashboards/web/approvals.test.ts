// biome-ignore-all lint/performance/useDomNodeTextContent: what can be read on the screen is what counts
/** A person's word on a call, in a real browser, at the real gate. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faultsOf } from './test/accessible.ts'
import { launchBrowser } from './test/browser.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { foreignNodes } from './test/foreign-nodes.ts'
import { HOSTILE_STRINGS } from './test/hostile-strings.ts'
import { newTraceId } from './test/otlp.ts'
import { openPage, type WatchedPage } from './test/watched-page.ts'

const yaml = `approvals: { require: [ { name: refunds, match: { tool: "*" } } ], timeoutSeconds: 3600 }\n`
let collector: Collector
let browser: Browser
let watched: WatchedPage

beforeAll(async () => {
  ;[collector, browser] = await Promise.all([startCollector({ yaml }), launchBrowser()])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await collector?.stop()
})
beforeEach(async () => {
  watched = await openPage(browser, collector.url)
})
afterEach(() => watched.close())

interface Verdict {
  readonly decision: string
  readonly approval?: { readonly id: string }
}

async function check(more: object): Promise<Verdict> {
  const body = { id: newTraceId(), traceId: newTraceId(), kind: 'tool', agent: 'resolution', ...more }
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${collector.url}/v1/gate/check`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`the gate answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Verdict
}
const refund = (customer: string, more: object = {}) => check({ tool: { name: 'refund', args: { customer } }, ...more })
const words = async (locator: { innerText(): Promise<string> }) => (await locator.innerText()).replace(/\s+/g, ' ')

describe('a call that waits for a person', () => {
  it('appears by itself, says what would run, and runs when it is approved', async () => {
    const { page, trouble } = watched
    const traceId = newTraceId()
    await page.goto('/')
    await page.getByRole('link', { name: 'Approvals' }).click()
    await page.locator('.live.live').waitFor()
    const asked = await refund('c_1', { traceId, userId: 'ada' })
    expect(asked.decision).toBe('ask')
    const id = asked.approval!.id
    const card = page.locator(`#${id}`)
    await card.waitFor()
    await expect
      .poll(() => words(card))
      .toMatch(/^waiting tool refund resolution .*ada asked .* run .*APPROVAL_REQUIRED.*refunds.*"customer": "c_1"/)
    await expect.poll(() => page.title()).toMatch(/^\(\d+\) Approvals/)
    await card.getByRole('button', { name: 'Approve…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Approve' })
    await dialog.getByLabel('Your name').fill('dana')
    await dialog.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('region', { name: 'Decided' }).locator(`#${id}`).waitFor()
    await expect.poll(() => words(card)).toMatch(/^approved .*dana, .* · its call has not come yet$/)
    const again = await refund('c_1', { id, traceId, userId: 'ada' })
    expect(again.decision).toBe('allow')
    await card.getByText('its call ran').waitFor()
    expect(trouble).toEqual([])
  })

  it('is refused with a reason, by keyboard alone, and the run says who and why', async () => {
    const { page, trouble } = watched
    const traceId = newTraceId()
    const { approval } = await refund('c_2', { traceId })
    await page.goto(`/approvals#${approval!.id}`)
    const card = page.locator(`#${approval!.id}.chosen`)
    await card.getByRole('button', { name: 'Deny…' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Deny' })
    await dialog.getByLabel('Your name').focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('bo')
    await page.keyboard.press('Tab')
    await page.keyboard.type('not this one')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Decided' }).locator(`#${approval!.id}`).waitFor()
    // what was decided is told as spans a moment later
    await expect
      .poll(async () => (await fetch(`${collector.url}/api/runs/${traceId}`)).status, { timeout: 15_000 })
      .toBe(200)
    await page.goto(`/runs/${traceId}`)
    const said = page.locator('.run-money')
    await said.getByRole('link', { name: 'Person said: denied' }).waitFor()
    await expect.poll(() => words(said)).toContain('Person said: denied bo: not this one')
    expect(trouble).toEqual([])
  })

  it('that somebody else decided meanwhile is said to be', async () => {
    const { page } = watched
    const { approval } = await refund('c_3')
    await page.goto('/approvals')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.locator(`#${approval!.id}`).getByRole('button', { name: 'Approve…' }).click()
    const headers = { 'content-type': 'application/json' }
    const other = JSON.stringify({ by: 'eve', reason: 'no' })
    await fetch(`${collector.url}/api/approvals/${approval!.id}/deny`, { method: 'POST', headers, body: other })
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Your name').fill('dana')
    await dialog.getByRole('button', { name: 'Approve' }).click()
    await dialog.getByText('OUT_APPROVAL_DECIDED').waitFor()
    await expect.poll(() => words(dialog.getByRole('alert'))).toContain('eve')
  })

  it('is text, whatever it is called and with', async () => {
    const { page, trouble } = watched
    const strange = HOSTILE_STRINGS.filter((_, n) => n % 6 === 0).map((text) => text.toWellFormed())
    for (const text of strange) {
      const name = text.slice(0, 100)
      await check({ tool: { name, args: { [text]: text } }, agent: name, workflow: name, userId: name })
    }
    await page.goto('/approvals')
    await page
      .locator('.approval')
      .nth(strange.length - 1)
      .waitFor()
    expect(await page.evaluate(foreignNodes)).toEqual([])
    expect(trouble).toEqual([])
  })

  it.each([
    ['light', 1360],
    ['dark', 390],
  ] as const)('has no accessibility fault: %s, %d pixels', async (colorScheme, width) => {
    const viewport = { width, height: 844 }
    const { page, close } = await openPage(browser, collector.url, { colorScheme, viewport, reducedMotion: 'reduce' })
    const { approval } = await refund('c_4')
    await page.goto('/approvals')
    await page.locator(`#${approval!.id}`).waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.locator(`#${approval!.id}`).getByRole('button', { name: 'Deny…' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await close()
  })
})
