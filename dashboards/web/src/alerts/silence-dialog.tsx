import { useState } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Text } from '../ui/text.tsx'
import { addSilence, type Labels } from './alerts-api.ts'

const LENGTHS = [
  [30, '30 minutes'],
  [60, 'an hour'],
  [240, '4 hours'],
  [1440, 'a day'],
  [10_080, 'a week'],
] as const

/** Keeps alerts with these labels quiet for a time. */
export function SilenceDialog({ match, onClose }: { match: Labels; onClose: (changed: boolean) => void }) {
  const [minutes, setMinutes] = useState(60)
  const words = Object.entries(match).map(([label, value]) => `${label} ${value}`)
  return (
    <ConfirmDialog
      verb="Silence"
      about={<Text>{words.join(', ')}</Text>}
      means="Nobody is told of it until then. It is still found, stored and shown here."
      act={(told, signal) => addSilence({ ...told, match, minutes }, signal)}
      onClose={onClose}
    >
      <label>
        For
        <select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
          {LENGTHS.map(([length, said]) => (
            <option key={length} value={length}>
              {said}
            </option>
          ))}
        </select>
      </label>
    </ConfirmDialog>
  )
}
