import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { go } from '../place.ts'

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** A path within these pages. Never made of what a stranger wrote, except encoded. */
  readonly to: string
}

/** A real link that does not reload the page on a plain click. */
export function Link({ to, onClick, ...rest }: Props) {
  function click(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event)
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (event.defaultPrevented || !plain) return
    event.preventDefault()
    go(to)
  }
  return <a href={to} onClick={click} {...rest} />
}
