export type { Account, Balance, Claim } from './account.ts'
export type { ApprovalRule } from './approval.ts'
export { type Budget, RUNG_HYSTERESIS, type Rung } from './budget.ts'
export { CALL_KINDS, type Call, type CallKind, PRIORITIES, type Priority } from './call.ts'
export { accountsOf, type Claims, claimsOf, RUN_BUDGET } from './claim.ts'
export type { Price } from './cost.ts'
export { type Decided, decide } from './decide.ts'
export type { Facts, ParentFacts } from './facts.ts'
export { type Finding, reasonsOf, strictest as decisionOf } from './finding.ts'
export type { RungChange } from './ladder.ts'
export { MATCH_FIELDS, type Match, type MatchField } from './match.ts'
export { MAX_NANO_USD, NANO_PER_USD, type NanoUsd, nanoFromUsd, usdFromNano, usdText } from './money.ts'
export type { Rules } from './rule.ts'
export {
  DEFAULT_RUN_LIMITS,
  RUN_MEASURES,
  type RunFacts,
  type RunLimit,
  type RunMeasure,
  withDefaultLimits,
} from './run-limit.ts'
export { SCOPES, type Scope, scopeName } from './scope.ts'
export { covers, isOver, mayFree, type Switch, type SwitchState, standing } from './switch.ts'
export { staysTripped, tripOf, tripper } from './trip.ts'
export {
  type CallInput,
  DECISIONS,
  type DecisionName,
  type PendingApproval,
  REASON_CODES,
  type Reason,
  type ReasonCode,
  type Verdict,
} from './verdict.ts'
export { CALENDAR_UNITS, isTimeZone, type Period, parseWindow, type Window, windowAt } from './window.ts'
export {
  APPROVAL_STATES,
  type ApprovalState,
  type CheckRequest,
  type LeaseTerms,
  type LeaseVerdict,
  type PolicyEvent,
  type ReleaseRequest,
  SETTLE_STATUSES,
  type SettleAnswer,
  type SettleRequest,
  type SwitchEvent,
  type Usage,
  type WireApproval,
  type WireBudget,
  type WireDecision,
  type WireSwitch,
} from './wire.ts'
