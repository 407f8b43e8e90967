/** Keyboard shortcuts of a page. Typing into a field is never a shortcut; Escape leaves the field. */
import { useEffect, useEffectEvent } from 'react'

/** Names of keys as in `KeyboardEvent.key`, with spaces between; what they do. Returning false leaves a key to the browser. */
export type Keys = readonly (readonly [names: string, press: () => boolean])[]

const SCROLLING = /^(Arrow|Home|End)/

export function useKeys(keys: Keys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const target = event.target instanceof HTMLElement ? event.target : null
    if (target?.matches('input, textarea, select')) {
      if (event.key === 'Escape') target.blur()
      return
    }
    // what scrolls by itself keeps the keys that scroll
    if (SCROLLING.test(event.key) && target?.closest('[data-scrolls]')) return
    // Enter on a button or link is that button's or link's
    if (event.key === 'Enter' && target?.matches('a, button, summary')) return
    const press = keys.find(([names]) => names.split(' ').includes(event.key))?.[1]
    if (press?.() === true) event.preventDefault()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event)
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])
}

/** For keys that always do what they are for. */
export function done(_effect: unknown): true {
  return true
}
