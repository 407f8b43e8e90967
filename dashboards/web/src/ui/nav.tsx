import { useEffect, useRef } from 'react'
import { Link } from './link.tsx'

const PAGES = [
  ['runs', '/', 'Runs'],
  ['agents', '/agents', 'Agents'],
  ['money', '/money', 'Money'],
  ['guards', '/guards', 'Guards'],
  ['alerts', '/alerts', 'Alerts'],
  ['approvals', '/approvals', 'Approvals'],
  ['settings', '/settings', 'Settings'],
] as const

export type Here = (typeof PAGES)[number][0]

/** The pages that need no run to be opened. */
export function Nav({ here }: { here: Here | null }) {
  const nav = useRef<HTMLElement>(null)
  // on a phone the row scrolls: where we are is in view
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, another place
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [here])
  return (
    <nav aria-label="Pages" ref={nav}>
      {PAGES.map(([name, to, title]) => (
        <Link key={name} to={to} className="nav-link" aria-current={name === here ? 'page' : undefined}>
          {title}
        </Link>
      ))}
    </nav>
  )
}
