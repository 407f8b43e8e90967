/** What a check says of where it is made: the run, its agents, its people, its budget. */
import { randomUUID } from 'node:crypto'
import type { Attributes } from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import type { Money } from './scope.ts'
import type { Covered } from './switches.ts'
import type { CheckRequest } from './wire.ts'

/** Everything that a check says besides what is about to be done. */
export type Place = Omit<CheckRequest, 'kind' | 'provider' | 'model' | 'tool'>

// an UUID is drawn from bytes that Node keeps ready; fresh ones take ten times as long. 122 and 62 bits of it are random
export const newTraceId = () => randomUUID().replaceAll('-', '')
export const newSpanId = () => randomUUID().slice(19).replace('-', '')

/** What the spans are stamped with, the gate is told. */
export function placeOf(
  stamp: Attributes,
  money: Pick<Money, 'traceId'> & Partial<Pick<Money, 'agents' | 'runBudgetUsd'>>,
  parentSpanId: string | undefined,
): Place {
  const told = (key: string) => {
    const value = stamp[key]
    return typeof value === 'string' ? value : undefined
  }
  return present({
    id: randomUUID(),
    traceId: money.traceId,
    parentSpanId,
    agent: told(attribute.agent),
    workflow: told(attribute.workflow),
    userId: told(attribute.user),
    tenantId: told(attribute.tenant),
    sessionId: told(attribute.session),
    runBudgetUsd: money.runBudgetUsd,
    depth: money.agents?.length,
  })
}

export function coveredOf(place: Place, agents: readonly string[], call: Partial<Covered> = {}): Covered {
  const { traceId, tenantId, userId, sessionId, workflow } = place
  return {
    traceId,
    tenant: tenantId,
    user: userId,
    session: sessionId,
    workflow,
    agents,
    models: [],
    tools: [],
    ...call,
  }
}

type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K]
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }

/** Unknown is left out of what is sent. */
export function present<T extends object>(fields: T): Present<T> {
  const told: Record<string, unknown> = {}
  for (const key in fields) if (fields[key] !== undefined) told[key] = fields[key]
  return told as Present<T>
}
