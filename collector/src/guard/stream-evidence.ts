/** What was found in a text that grew, as it is kept. */
import type { Evidence, Subject } from '../guarding.ts'
import { evidenceOf, joined } from './evidence.ts'
import type { Heard } from './stream-routes.ts'

export function streamEvidence(heard: Heard, keepsText: boolean): readonly Evidence[] {
  const { text, findings, policy, direction } = heard
  const settings = { policy, direction, field: 'output', source: 'guard', enforced: true } as const
  // a schema's problems speak of the whole text, and say where
  const ofSchema = findings.filter(({ guard }) => guard === 'schema')
  const others = findings.filter(({ guard }) => guard !== 'schema')
  return joined([
    ...evidenceOf(text, others, { ...settings, keepsText }),
    ...evidenceOf('', ofSchema, { ...settings, keepsText: false }),
  ])
}

/** The same text of the same span is one finding, however often its end is told. */
export function streamSubject({ id, traceId, spanId, workflow, agent, tenantId, userId }: Heard): Subject {
  return { id: `stream ${spanId ?? ''} ${id}`, traceId, spanId, workflow, agent, tenantId, userId }
}
