import type { Balance } from './account.ts'
import type { Budget, Rung } from './budget.ts'
import type { Call } from './call.ts'
import type { Finding } from './finding.ts'
import { instant } from './instant.ts'
import { useOf } from './ladder.ts'
import { type NanoUsd, usdFromNano, usdText } from './money.ts'
import { SCOPE_FIELDS, type Scope } from './scope.ts'
import type { Reason } from './verdict.ts'

/** Where a call stands with one account. */
export interface Stand {
  /** Null: the run's own cap. */
  readonly budget: Budget | null
  readonly balance: Balance
  readonly limit: NanoUsd
}

/** What may still be held. Negative once more was billed than the limit: then what costs nothing is refused too. */
const roomOf = ({ balance, limit }: Stand): number => limit - balance.spent - balance.held

/** Refuses an amount for which there is no room; null when there is. */
export function judgeRoom(stand: Stand, amount: NanoUsd): Finding | null {
  if (amount <= roomOf(stand)) return null
  const { balance, limit } = stand
  const never = amount > limit
  // open holds may come back, and what is uncertain may turn out to be less
  const whenAllEnds = limit - (balance.spent - balance.uncertain)
  const retryable = !never && (periodic(balance) || amount <= whenAllEnds)
  const message = never
    ? `${nameOf(stand)} may spend ${usdText(limit)}${per(balance)}; this call may cost ${usdText(amount)} and will never fit.`
    : `${nameOf(stand)} may spend ${usdText(limit)}${per(balance)}: ${usdText(balance.spent)} is spent and ${usdText(balance.held)} held, ` +
      `this call may cost ${usdText(amount)}. ${frees(stand, amount, whenAllEnds)}`
  return { decision: 'deny', reason: { ...about(stand), message, retryable } }
}

/** Refuses where the rung pauses or stops the call. */
export function judgeRung(stand: Stand, rung: Rung, call: Call): Finding {
  const what = rung.do === 'pause' ? `calls below ${rung.below} wait (this one is ${call.priority})` : 'all calls stop'
  return {
    decision: 'deny',
    reason: {
      ...about(stand),
      message: `${nameOf(stand)} has used ${percent(useOf(stand.limit, stand.balance))} of ${usdText(stand.limit)}${per(stand.balance)}: from ${percent(rung.at)} on ${what}. ${until(stand.balance, 'It goes on once less is held.')}`,
      retryable: true,
    },
  }
}

/** Says that the rung makes the call cheaper: because it is taken, or because the call as it was has no room. */
export function judgeDegrade(stand: Stand, rung: Rung, from: Call, to: Call): Finding {
  const how = [
    ...(to.model === from.model ? [] : [`${from.model} becomes ${to.model}`]),
    ...(to.maxOutputTokens === from.maxOutputTokens ? [] : [`output is at most ${to.maxOutputTokens} tokens`]),
  ].join(' and ')
  const message = `${nameOf(stand)} has used ${percent(useOf(stand.limit, stand.balance))} of ${usdText(stand.limit)}${per(stand.balance)}: from ${percent(rung.at)} on, or where the call as asked has no room, ${how}.`
  return { decision: 'degrade', reason: { ...about(stand), message, retryable: true } }
}

/** Refuses a call that does not say for whom it is: a budget that can not be kept is not passed by. */
export function judgeMissing(budget: Budget, scopes: readonly Scope[]): Finding {
  const fields = scopes.map((scope) => SCOPE_FIELDS[scope]).join(' and ')
  return {
    decision: 'deny',
    reason: {
      rule: budget.name,
      code: 'BUDGET_EXCEEDED',
      message: `${budget.name} is a budget for each ${budget.scope.join(' and ')}; this call has no ${fields}. Send ${fields}.`,
      scope: budget.scope.join('/'),
      limitUsd: usdFromNano(budget.limit),
      retryable: false,
      ...(budget.shadow ? { shadow: true as const } : {}),
    },
  }
}

function about({ budget, balance, limit }: Stand): Omit<Reason, 'message' | 'retryable'> {
  return {
    rule: balance.budget,
    code: 'BUDGET_EXCEEDED',
    scope: budget === null ? 'run' : budget.scope.join('/'),
    limitUsd: usdFromNano(limit),
    spentUsd: usdFromNano(balance.spent),
    heldUsd: usdFromNano(balance.held),
    ...(balance.window.end === null ? {} : { resetsAt: instant(balance.window.end) }),
    ...(budget?.shadow ? { shadow: true as const } : {}),
  }
}

const periodic = ({ window }: Balance): boolean => window.end !== null || window.rollingMs !== undefined

function frees(stand: Stand, amount: NanoUsd, whenAllEnds: number): string {
  return until(
    stand.balance,
    amount <= whenAllEnds ? 'It may fit once open calls end.' : 'Nothing frees it but a higher limit.',
    amount <= whenAllEnds ? ', or sooner as open calls end' : '',
  )
}

function until({ window }: Balance, otherwise: string, sooner = ''): string {
  if (window.end !== null) return `It resets at ${instant(window.end)}${sooner}.`
  return window.rollingMs === undefined
    ? otherwise
    : `It frees as spend grows older than ${span(window.rollingMs)}${sooner}.`
}

function nameOf({ budget, balance }: Stand): string {
  if (budget === null) return `Run ${balance.key}, by its own ${balance.budget},`
  return budget.scope.length === 1 && budget.scope[0] === 'global'
    ? balance.budget
    : `${balance.budget} (${budget.scope.join('/')} ${balance.key})`
}

function per({ window }: Balance): string {
  if (window.rollingMs !== undefined) return ` in any ${span(window.rollingMs)}`
  return window.end === null ? '' : ` until ${instant(window.end)}`
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes % 1440 === 0) return `${minutes / 1440} d`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
}

const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`
