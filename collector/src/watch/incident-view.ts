/** How an open alert stands in its incident: whether it is told, who speaks for it, and for whom it speaks. Pure. */
import { byCause, toldOf } from '@outrider/alerts'
import { symptomJson } from '../alert.ts'
import type { OpenNow } from './lead.ts'

interface IncidentView {
  /** People are told of this one. */
  readonly told: boolean
  /** The identity of what looks most like the cause; `null`: this one does. */
  readonly symptomOf: string | null
  /** Of what looks most like the cause: the others. */
  readonly symptoms: readonly ReturnType<typeof symptomJson>[]
  /** The identity of the alert that is told in its place. */
  readonly spokenForBy: string | null
}

const ALONE: IncidentView = { told: true, symptomOf: null, symptoms: [], spokenForBy: null }

/** @param sees whether whoever asks may see an alert */
export function incidentView(
  alert: OpenNow,
  open: readonly OpenNow[],
  sees: (alert: OpenNow) => boolean,
): IncidentView {
  if (alert.state !== 'firing') return ALONE
  const members = open.filter(({ state, incident }) => state === 'firing' && incident === alert.incident)
  const seen = members.filter(sees).toSorted(byCause)
  const told = toldOf(members, () => members.some(({ settling }) => settling))
  const isTold = told.has(alert.identity)
  const [cause, ...symptoms] = seen
  const isCause = cause?.identity === alert.identity
  return {
    told: isTold,
    symptomOf: isCause ? null : (cause?.identity ?? null),
    symptoms: isCause ? symptoms.map((one) => symptomJson({ ...one, event: 'fired' })) : [],
    spokenForBy: isTold ? null : (seen.find(({ identity }) => told.has(identity))?.identity ?? 'an alert that is over'),
  }
}
