/** What was found in a text that grew, as it is kept. */
import type { Evidence, Subject } from '../guarding.ts'
import { evidenceOf, joined } from './evidence.ts'
import type { TextJudge } from './judging.ts'
import { AT_ONCE, type Heard } from './stream-routes.ts'

export interface StreamEvidenceParts {
  readonly texts: TextJudge
  readonly keepsText: boolean
}

/** Long texts are read once more, in the thread. Never rejects. */
export async function streamEvidence(
  heard: Heard,
  { texts, keepsText }: StreamEvidenceParts,
): Promise<readonly Evidence[]> {
  const { text, findings, policy, direction } = heard
  const settings = { policy, direction, field: 'output', source: 'guard', enforced: true } as const
  // a schema's problems speak of the whole text, and say where
  const ofSchema = findings.filter(({ guard }) => guard === 'schema')
  const broken = evidenceOf('', ofSchema, { ...settings, keepsText: false })
  const judged = text.length > AT_ONCE ? await again(heard, texts, keepsText) : null
  if (judged !== null) return joined([...judged, ...broken])
  const others = findings.filter(({ guard }) => guard !== 'schema')
  return joined([...evidenceOf(text, others, { ...settings, keepsText }), ...broken])
}

async function again(
  { text, policy, pack, direction, workflow, agent, tenantId, traceId }: Heard,
  texts: TextJudge,
  keepsText: boolean,
): Promise<readonly Evidence[] | null> {
  const judged = await texts.judge({
    texts: [{ text, direction, field: 'output' }],
    policy,
    pack,
    scope: { workflow: workflow ?? undefined, agent: agent ?? undefined, tenant: tenantId ?? undefined },
    of: { tenant: tenantId, run: traceId },
    judge: { source: 'guard', keepsText, mayRewrite: true },
    atOnce: AT_ONCE,
  })
  return judged?.results.flatMap(({ evidence }) => evidence) ?? null
}

/** The same text of the same span is one finding, however often its end is told. */
export function streamSubject({ id, traceId, spanId, workflow, agent, tenantId, userId }: Heard): Subject {
  return { id: `stream ${spanId ?? ''} ${id}`, traceId, spanId, workflow, agent, tenantId, userId }
}
