import type { LiveState } from '../live.ts'

const WORDS = { connecting: 'Connecting', live: 'Live', polling: 'Polling', off: 'Paused' } as const
const WHY = {
  connecting: 'Connecting to the collector',
  live: 'Changes appear as they happen',
  polling: 'No live connection: asking every few seconds',
  off: 'Nothing changes until you resume',
} as const

/** Says whether the list moves by itself, and stops it. */
export function LiveSwitch({ state, paused, onToggle }: { state: LiveState; paused: boolean; onToggle: () => void }) {
  return (
    <button type="button" className={`live ${state}`} title={WHY[state]} onClick={onToggle}>
      <span className="live-dot" aria-hidden="true" />
      {WORDS[state]}
      <span className="live-do">{paused ? 'Resume' : 'Pause'}</span>
    </button>
  )
}
