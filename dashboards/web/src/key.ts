/**
 * The API key, where keys are on. It lives in this tab's session storage: closing the tab forgets it, and no other site
 * can read it. Private browsing may refuse storage; then the key lasts until the page is reloaded.
 */
const SLOT = 'outrider.key'
let unsaved: string | null = null

export function readKey(): string | null {
  try {
    return sessionStorage.getItem(SLOT) ?? unsaved
  } catch {
    return unsaved
  }
}

export function keepKey(key: string): void {
  unsaved = key
  try {
    sessionStorage.setItem(SLOT, key)
  } catch {
    // kept in memory only
  }
}
