/**
 * One trouble shows in many series. Alerts of one trouble are an incident: people are told of one of them, the others are
 * its symptoms. None is lost: what fires is told, or a symptom of one that is told and no less severe.
 */
import type { AlertEvent } from './alert.ts'
import type { Severity } from './rule.ts'

/** What is asked of an alert that fires. */
export interface Suspect
  extends Pick<AlertEvent, 'identity' | 'metric' | 'severity' | 'labels' | 'timeMs' | 'sinceMs' | 'channel' | 'score'> {
  /** How many agents stand above who it is about: whoever is called is deeper than the caller. */
  readonly depth: number
  /** Who it is about did not get over it: the agent itself ended in failure. */
  readonly failed: boolean
}

/** Where an alert belongs. */
export interface Folded {
  /** The identity of the incident's first alert. */
  readonly incident: string
  /** Whether people are told of this one; who is not is a symptom. */
  readonly told: boolean
}

export type Member = Suspect & Folded

/** Troubles that began further apart than this are two. */
const NEAR_MS = 30 * 60_000

/** From causes to consequences: a loop or a silence, failures, what is done about them, waiting, amounts, what comes out. */
const CLASSES: readonly (readonly string[])[] = [
  ['loops'],
  ['error_rate', 'tool_error_rate', 'refusal_rate', 'guard_finding_rate'],
  ['retry_rate', 'fallback_rate'],
  ['latency_p95_ms', 'ttft_p95_ms'],
  ['tokens', 'cost_usd', 'run_cost_usd', 'calls'],
  ['quality_score', 'cache_hit_rate'],
]
/** Of the same who, failures explain these for as long as they last. */
const OF_FAILURE = ['retry_rate', 'fallback_rate', 'quality_score']
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical']

const isSilence = ({ channel }: Suspect): boolean => channel === 'silence'
const classOf = (one: Suspect): number => {
  const found = isSilence(one) ? 0 : CLASSES.findIndex((metrics) => metrics.includes(one.metric))
  return found === -1 ? CLASSES.length : found
}
const weightOf = ({ severity }: Pick<Suspect, 'severity'>): number => SEVERITIES.indexOf(severity)

/** Who looks more like the cause first: the severe, failures, who did not get over it, the deepest, the earliest. */
export const byCause = (a: Suspect, b: Suspect): number =>
  weightOf(b) - weightOf(a) ||
  classOf(a) - classOf(b) ||
  Number(b.failed) - Number(a.failed) ||
  b.depth - a.depth ||
  a.sinceMs - b.sinceMs ||
  b.score - a.score ||
  byIdentity(a, b)

const byIdentity = (a: Pick<Suspect, 'identity'>, b: Pick<Suspect, 'identity'>): number =>
  a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : 0

/** About the same: the labels of one are among those of the other. */
export const sameSubject = ({ labels: a }: Suspect, { labels: b }: Suspect): boolean =>
  (Object.keys(a).length > 0 && isPart(a, b)) || (Object.keys(b).length > 0 && isPart(b, a))
const isPart = (part: Suspect['labels'], of: Suspect['labels']): boolean =>
  Object.entries(part).every(([label, value]) => of[label] === value)

/** Began about when the other did. */
export const isNear = (a: Suspect, b: Suspect): boolean => Math.abs(a.sinceMs - b.sinceMs) <= NEAR_MS

/**
 * Places alerts that have just fired among those that fire already.
 *
 * @param sharesRuns whether two show in the same runs: what ties alerts of different agents together
 */
export function fold(
  found: readonly Suspect[],
  open: readonly Member[],
  sharesRuns: (a: Suspect, b: Suspect) => boolean,
): readonly Member[] {
  const members = [...open]
  const placed: Member[] = []
  for (const one of found.toSorted(byCause)) {
    const told = toldOf(members)
    const cause = members
      .filter((other) => isOneTrouble(one, other, told.has(other.identity), sharesRuns))
      .toSorted(byCause)[0]
    const incident = cause?.incident ?? one.identity
    const isHeard = members.some(
      (other) => other.incident === incident && told.has(other.identity) && weightOf(other) >= weightOf(one),
    )
    const member = { ...one, incident, told: !isHeard }
    members.push(member)
    placed.push(member)
  }
  return placed
}

/**
 * Whether an alert that has just fired should wait for one that is about to: of the same trouble, and more of a cause. Who
 * waits for a minute or two is then a symptom, instead of a page before the page.
 */
export const awaitsCause = (
  one: Suspect,
  pending: readonly Suspect[],
  sharesRuns: (a: Suspect, b: Suspect) => boolean,
): boolean =>
  pending.some(
    (other) =>
      other.identity !== one.identity &&
      byCause(other, one) < 0 &&
      isNear(one, other) &&
      (sameSubject(one, other) || sharesRuns(one, other)),
  )

/** Whoever shares runs with a symptom only is no part of it: agents that share nothing would end in one incident. */
function isOneTrouble(
  one: Suspect,
  other: Member,
  isTold: boolean,
  sharesRuns: (a: Suspect, b: Suspect) => boolean,
): boolean {
  const same = sameSubject(one, other)
  if (same && (isSilence(other) || (other.metric === 'error_rate' && OF_FAILURE.includes(one.metric)))) return true
  return isNear(one, other) && (same || (isTold && sharesRuns(one, other)))
}

/**
 * Who of those that fire is told. Where one is more severe than all that were told and still fire, because the alert that
 * spoke for it is over, it is told now; of several the earliest.
 */
export function toldOf(
  firing: readonly Pick<Member, 'identity' | 'incident' | 'told' | 'severity' | 'timeMs'>[],
): ReadonlySet<string> {
  const told = new Set<string>()
  for (const incident of new Set(firing.map((one) => one.incident))) {
    const members = firing.filter((one) => one.incident === incident)
    const known = members.filter((one) => one.told)
    for (const { identity } of known) told.add(identity)
    const first = members.reduce((a, b) => (isBefore(b, a) ? b : a))
    if (known.every((one) => weightOf(one) < weightOf(first))) told.add(first.identity)
  }
  return told
}

const isBefore = (a: Ranked, b: Ranked): boolean =>
  (weightOf(b) - weightOf(a) || a.timeMs - b.timeMs || byIdentity(a, b)) < 0
type Ranked = Pick<Suspect, 'identity' | 'severity' | 'timeMs'>
