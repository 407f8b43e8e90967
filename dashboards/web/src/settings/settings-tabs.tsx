import { Link } from '../ui/link.tsx'

const TABS = [
  ['/settings', 'Configuration'],
  ['/dialects', 'Dialects'],
] as const

/** What belongs to the settings: how the collector is set, and who sends to it. */
export function SettingsTabs({ here }: { here: (typeof TABS)[number][0] }) {
  return (
    <nav className="choice" aria-label="Settings">
      {TABS.map(([to, words]) => (
        <Link
          key={to}
          to={to}
          aria-current={to === here ? 'page' : undefined}
          className={to === here ? 'on' : undefined}
        >
          {words}
        </Link>
      ))}
    </nav>
  )
}
