/** Where we are: path, parameters and hash of the address bar, which holds everything that a link should bring back. */
import { useSyncExternalStore } from 'react'

export interface Place {
  readonly path: string
  readonly search: URLSearchParams
  readonly hash: string
}

const listeners = new Set<() => void>()
let last: { href: string; place: Place } | null = null

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, current)
}

/** Goes to `to` within these pages. `replace` leaves no step in the browser's history. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  const url = new URL(to, location.href)
  if (url.href === location.href) return
  if (how === 'push') history.pushState(null, '', url)
  else history.replaceState(null, '', url)
  for (const listener of listeners) listener()
}

/** The same page with some parameters set, or removed where null or empty. The hash goes: it has been read. */
export function withParameters(place: Place, changes: Readonly<Record<string, string | null>>): string {
  const search = new URLSearchParams(place.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') search.delete(name)
    else search.set(name, value)
  }
  const text = search.toString()
  return text === '' ? place.path : `${place.path}?${text}`
}

function current(): Place {
  if (last === null || last.href !== location.href) {
    last = {
      href: location.href,
      place: { path: location.pathname, search: new URLSearchParams(location.search), hash: location.hash.slice(1) },
    }
  }
  return last.place
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('popstate', listener)
  addEventListener('hashchange', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('popstate', listener)
    removeEventListener('hashchange', listener)
  }
}
