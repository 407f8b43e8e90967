import type { Call } from './call.ts'
import type { Finding } from './finding.ts'
import { type NanoUsd, usdText } from './money.ts'
import type { Rules } from './rule.ts'

/**
 * The most that a model call of this size may be billed: the price of a token of input at its dearest (cache writes) and
 * of output. `undefined`: no price is known. An amount too large for money is `MAX_NANO_USD`, never unknown.
 */
export type Price = (
  provider: string | null,
  model: string,
  inputTokens: number,
  maxOutputTokens: number,
) => NanoUsd | undefined

/** What the call may cost at most, and what there is to say about how that is known. */
export interface Cost {
  readonly amount: NanoUsd
  readonly findings: readonly Finding[]
}

/** `call.maxOutputTokens` is set. Tools and delegations cost what the caller says, or nothing. */
export function costOf(call: Call, rules: Rules, price: Price): Cost {
  const said = call.estimate ?? (0 as NanoUsd)
  if (call.kind === 'tool' || call.kind === 'agent') return { amount: said, findings: [] }
  const priced =
    call.model === null ? undefined : price(call.provider, call.model, call.inputTokens, call.maxOutputTokens ?? 0)
  // a lease sets aside what it asks for; its model must have a price because its calls are priced by it
  if (priced !== undefined) return { amount: call.kind === 'lease' ? said : priced, findings: [] }
  const denied = rules.unpriced === 'deny'
  const name = call.model === null ? 'A call that names no model' : `Model ${nameOf(call)}`
  return {
    amount: said,
    findings: [
      {
        decision: denied ? 'deny' : 'allow',
        reason: {
          rule: 'unpriced',
          code: 'UNPRICED_MODEL',
          message: denied
            ? `${name} has no price. Add it to prices, or set unpriced: allow.`
            : `${name} has no price: ${usdText(said)} is held, as the caller says.`,
          scope: 'model',
          retryable: false,
        },
      },
    ],
  }
}

const nameOf = (call: Call): string => (call.provider === null ? `${call.model}` : `${call.provider}/${call.model}`)
