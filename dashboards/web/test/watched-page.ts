/** A browser page that remembers everything that must not happen. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export interface WatchedPage {
  readonly page: Page
  /**
   * What happened and must not: scripts that a stranger's text ran, dialogs, popups, requests to elsewhere, violations of the
   * content security policy, uncaught errors, console errors. Empty is good.
   */
  readonly trouble: readonly string[]
  close(): Promise<void>
}

/** Payloads call `pwned()` in whatever way they can. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1360, height: 850 }, ...options })
  const trouble: string[] = []
  await context.exposeFunction('pwned', (what: unknown) => void trouble.push(`script ran: ${String(what)}`))
  await context.exposeFunction('reportViolation', (what: string) => void trouble.push(`policy violation: ${what}`))
  await context.addInitScript(() => {
    const { reportViolation } = globalThis as unknown as { reportViolation: (what: string) => void }
    document.addEventListener('securitypolicyviolation', (event) => {
      reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  const page = await context.newPage()
  context.on('page', (popup) => trouble.push(`popup: ${popup.url()}`))
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(`console: ${message.text()}`)
  })
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== url) trouble.push(`request: ${request.url()}`)
  })
  return { page, trouble, close: () => context.close() }
}
