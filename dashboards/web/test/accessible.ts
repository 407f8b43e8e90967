/** Whether a page can be used by everyone, as far as a machine can tell. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds, and text that is wider than the window. Empty is good. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
    const beyond = document.documentElement.scrollWidth - innerWidth
    return beyond > 0 ? [...faults, `wider than the window by ${beyond} pixels`] : faults
  })
}
