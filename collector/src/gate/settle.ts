/** `settle` and `release`: how a call ended. What it cost is known here; what that does to accounts is the ledger's. */
import { decisionOf, type NanoUsd, type Reason, reasonsOf, type SettleAnswer, usdFromNano } from '@outrider/policies'
import { OutriderError } from '../errors.ts'
import type { CallJudge } from '../guarding.ts'
import type { Hold, Ledger, SettleOutcome } from '../ledger/ledger.ts'
import type { Settle } from './body.ts'
import { readMemo } from './memo.ts'
import type { Pricing } from './pricing.ts'

export interface SettleParts {
  readonly ledger: Ledger
  readonly pricing: Pricing
  readonly guards: CallJudge
  /** Hears what was billed, so that what is used up is stopped. Resolves when it is. */
  billed(hold: Hold, unbacked: number): Promise<void>
}

/** Both throw `OUT_HOLD_UNKNOWN` and `OUT_LEDGER_UNAVAILABLE`, and are idempotent: the first word on a hold stands. */
export interface Settler {
  settle(told: Settle, tenant: string | null): Promise<SettleAnswer>
  release(holdId: string, tenant: string | null): Promise<SettleAnswer>
}

export function createSettler({ ledger, pricing, guards, billed }: SettleParts): Settler {
  async function answer(outcome: SettleOutcome, holdId: string): Promise<SettleAnswer> {
    if (outcome.kind === 'unknown') throw unknown(holdId)
    const { hold } = outcome
    if (outcome.kind === 'settled') await billed(hold, outcome.unbacked)
    const unbacked = Math.max(0, hold.spent - hold.amount)
    return {
      decision: 'allow',
      spentUsd: usdFromNano(hold.spent),
      ...(unbacked > 0 ? { unbackedUsd: usdFromNano(unbacked) } : {}),
      reasons: outcome.kind === 'already' && outcome.differs ? [alreadySettled(hold)] : [],
    }
  }

  async function withOutput(settled: SettleAnswer, hold: Hold, output: string): Promise<SettleAnswer> {
    const memo = readMemo(hold.memo)
    const judged = await guards.output(output, hold.kind === 'tool' ? 'tool' : 'output', memo)
    if (judged === null) return settled
    if (judged.evidence.length > 0) guards.tell({ ...memo, id: `settle ${hold.id}` }, judged.evidence)
    const decision = decisionOf(judged.said)
    return {
      ...settled,
      decision,
      ...(decision === 'redact' && judged.output !== undefined ? { output: judged.output } : {}),
      reasons: [...settled.reasons, ...reasonsOf(judged.said)],
    }
  }

  return {
    async settle(told, tenant) {
      const hold = await ledger.find(tenant, told.holdId)
      if (hold === undefined) throw unknown(told.holdId)
      // money first: what was billed stands, whatever the text says
      const settled = await answer(await ledger.settle(tenant, told.holdId, costOf(told, hold, pricing)), told.holdId)
      return told.output === undefined ? settled : withOutput(settled, hold, told.output)
    },
    async release(holdId, tenant) {
      return answer(await ledger.release(tenant, holdId), holdId)
    },
  }
}

/**
 * What the provider billed, by the best word there is: its own, else the price of the usage, else a bound. Unknown is
 * never nothing: a model call without numbers cost what went in and what was seen to come out, a tool what it was said to
 * cost at most; usage that has no price cost all that was held.
 */
function costOf(told: Settle, hold: Hold, pricing: Pricing): NanoUsd {
  const { costUsd, usage } = told
  if (costUsd !== undefined) return costUsd
  const memo = readMemo(hold.memo)
  if (usage !== undefined) {
    const { inputTokens, outputTokens, cacheReadTokens = null, cacheWriteTokens = null, reasoningTokens = null } = usage
    const cost =
      memo.model === null
        ? undefined
        : pricing.cost({
            provider: memo.provider,
            model: memo.model,
            at: memo.at,
            inputTokens,
            outputTokens,
            cacheReadTokens,
            cacheWriteTokens,
            reasoningTokens,
          })
    return cost ?? hold.amount
  }
  switch (hold.kind) {
    case 'model':
      return Math.min(memo.inputNano + outputNano(told, hold, pricing), hold.amount) as NanoUsd
    case 'tool':
      return hold.amount
    // what ran below it was told by itself
    case 'agent':
    case 'lease':
      return 0 as NanoUsd
  }
}

/** What came of an answer that was broken off, by the count of whoever read it. */
function outputNano({ streamedTokens = 0 }: Settle, hold: Hold, pricing: Pricing): number {
  const { provider, model, at } = readMemo(hold.memo)
  if (streamedTokens === 0 || model === null) return 0
  const none = { inputTokens: 0, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null }
  return pricing.cost({ provider, model, at, ...none, outputTokens: streamedTokens }) ?? hold.amount
}

function unknown(holdId: string): OutriderError {
  return new OutriderError('OUT_HOLD_UNKNOWN', `There is no hold ${holdId.slice(0, 128)}.`, { field: 'holdId' })
}

function alreadySettled({ id, state, spent }: Hold): Reason {
  const message = `Hold ${id} is ${state} with ${usdFromNano(spent)} USD; the first word stands.`
  return { rule: 'gate', code: 'ALREADY_SETTLED', message, retryable: false }
}
