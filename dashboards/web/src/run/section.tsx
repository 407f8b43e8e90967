import { type ReactNode, useState } from 'react'

/** A part of the panel that folds away; folded, it costs nothing. */
export function Section({ title, open = false, children }: { title: ReactNode; open?: boolean; children: ReactNode }) {
  const [opened, setOpened] = useState(open)
  return (
    <details className="section" open={opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{title}</summary>
      {opened && children}
    </details>
  )
}
