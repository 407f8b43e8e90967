import { type ReactNode, useEffect } from 'react'
import { visible } from '../visible.ts'
import { Link } from './link.tsx'
import { type Here, Nav } from './nav.tsx'

interface Props {
  /** Of the browser's tab. */
  readonly title: string
  /** Which page this is, or belongs to. */
  readonly here: Here | null
  /** At the right end. */
  readonly tools?: ReactNode
  readonly children: ReactNode
}

/** Every page: the bar on top, the page below it. */
export function Frame({ title, here, tools, children }: Props) {
  useEffect(() => {
    document.title = `${visible(title).slice(0, 80)} · Outrider`
  }, [title])
  return (
    <div className="frame">
      <header className="topbar">
        <Link to="/" className="wordmark" aria-label="Outrider: all runs">
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <path d="M2 5h8M6 10h12M2 15h7" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
          </svg>
          <span>Outrider</span>
        </Link>
        <Nav here={here} />
        <div className="topbar-tools">{tools}</div>
      </header>
      <main>{children}</main>
    </div>
  )
}
