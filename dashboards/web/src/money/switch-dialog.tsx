import { setSwitch } from '../api.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Text } from '../ui/text.tsx'

export interface Act {
  readonly act: 'hold' | 'free'
  readonly scope: string
  readonly name: string
}

interface Props {
  readonly act: Act
  /** `changed` is true once the collector has answered that it is done. */
  readonly onClose: (changed: boolean) => void
}

const MEANS = {
  hold: 'New calls are refused at once, and calls under way are told to stop. Only a person frees it again.',
  free: 'New calls are allowed again, as far as the budgets have room.',
} as const

/** Asks once more before anything is stopped or freed. */
export function SwitchDialog({ act: { act, scope, name }, onClose }: Props) {
  return (
    <ConfirmDialog
      verb={act === 'hold' ? 'Hold' : 'Free'}
      about={<Text>{scope === 'global' ? 'everything' : `${scope} ${name}`}</Text>}
      means={MEANS[act]}
      act={(told, signal) => setSwitch(act, { scope, name }, told, signal)}
      onClose={onClose}
    />
  )
}
