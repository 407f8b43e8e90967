import type { Direction } from './injection/injection.ts'
import type { GuardPolicy } from './policy.ts'

/** Whether something in texts of this direction is hidden so that it can be given back. */
export function usesVault({ plans }: GuardPolicy, direction: Direction): boolean {
  const { section, rules } = plans[direction]
  const { pii, secrets } = section
  const entities = Object.values(pii?.entities ?? {}).map((own) => (typeof own === 'string' ? undefined : own.operator))
  const operators = [pii?.operator, secrets?.operator, ...entities, ...rules.map(({ operator }) => operator)]
  return operators.includes('vault')
}
