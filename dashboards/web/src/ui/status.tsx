import type { Run } from '../api.ts'
import { phaseOf } from '../phase.ts'
import { Text } from './text.tsx'

const WORDS = { ok: 'OK', done: 'Done', error: 'Error', running: 'Running', incomplete: 'Incomplete' } as const
const WHY = {
  ok: 'The root span ended well',
  done: 'The root span ended; nothing set its status',
  error: 'The run failed',
  running: 'The root span has not arrived yet',
  incomplete: 'The root span never arrived',
} as const

/** How a run stands, and why it ended. */
export function RunStatus({ run, now }: { run: Run; now: Date }) {
  const phase = phaseOf(run, now)
  return (
    <span className="status">
      <span className={`pill ${phase}`} title={WHY[phase]}>
        {WORDS[phase]}
      </span>
      {run.stopReason !== null && run.stopReason !== phase && <StopReason reason={run.stopReason} />}
    </span>
  )
}

/** Words as people write them; the exact one is in the tooltip. */
function StopReason({ reason }: { reason: string }) {
  return (
    <span className={reason === 'completed' ? 'stop-reason' : 'stop-reason unusual'} title={`stop reason: ${reason}`}>
      <Text>{reason.replaceAll('_', ' ')}</Text>
    </span>
  )
}
