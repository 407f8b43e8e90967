import { Link } from './link.tsx'

const PAGES = [
  ['runs', '/', 'Runs'],
  ['money', '/money', 'Money'],
  ['dialects', '/dialects', 'Dialects'],
] as const

/** The pages that need no run to be opened. */
export function Nav({ here }: { here: (typeof PAGES)[number][0] }) {
  return PAGES.map(([name, to, title]) => {
    return (
      <Link key={name} to={to} aria-current={name === here ? 'page' : undefined}>
        {title}
      </Link>
    )
  })
}
