/**
 * Findings as they are kept: counted up by rule and type, with the text around the first, in which nothing is readable
 * that is hidden where texts are stored.
 */
import {
  type Direction,
  type Finding,
  type GuardPolicy,
  type JudgedFinding,
  type Span,
  strictest,
} from '@outrider/policies/guards'
import type { Evidence } from '../guarding.ts'
import { atRestOf, hiddenIn, masked, sensitiveOf } from '../mask.ts'

export interface EvidenceSettings {
  readonly policy: GuardPolicy
  readonly direction: Direction
  readonly field: string
  readonly source: Evidence['source']
  /** What the policy asks for is done with this text. */
  readonly enforced: boolean
  /** The text around may be kept. */
  readonly keepsText: boolean
}

/** Of one text at most; what comes after is what came before. */
const MOST = 50
const AROUND = 80
const FOUND = 160

export function evidenceOf(
  text: string,
  findings: readonly JudgedFinding[],
  { policy, direction, field, source, enforced, keepsText }: EvidenceSettings,
): readonly Evidence[] {
  if (findings.length === 0) return []
  const hidden = keepsText ? hiddenIn(text, sensitiveOf(text), atRestOf(policy)) : []
  const groups = [...Map.groupBy(findings, ({ rule, type, action }) => `${rule} ${type} ${action}`).values()]
  return groups.slice(0, MOST).map((group) => {
    const first = group[0] as JudgedFinding
    const { guard, type, rule, action, view = null, why } = first
    return {
      ...{ guard, type, rule, direction, field, action },
      enforced: enforced && action !== 'flag' && !policy.shadow,
      ...{ shadow: policy.shadow, source },
      score: Math.max(...group.map(({ score }) => score)),
      ...{ view, count: group.length },
      // problems of schemas name fields, which a caller may call anything
      why: guard === 'schema' || guard === 'tool' ? masked(why) : why,
      ...(keepsText ? around(text, first, hidden) : { before: null, found: null, after: null }),
      ...{ policy: policy.name, policyVersion: policy.version },
    }
  })
}

function around(text: string, { guard, type, start, end }: Finding, hidden: readonly Span[]) {
  const isSensitive = guard === 'pii' || guard === 'secret'
  const shown = (from: number, to: number) => shownPart(text, Math.max(0, from), Math.min(text.length, to), hidden)
  return {
    before: shown(start - AROUND, start),
    found: isSensitive ? `<${type}>` : shown(start, Math.min(end, start + FOUND)),
    after: shown(end, end + AROUND),
  }
}

/** A part of the text; what is hidden is so also where the part begins or ends inside of it. */
function shownPart(text: string, from: number, to: number, hidden: readonly Span[]): string {
  let shown = ''
  let done = from
  for (const { type, start, end } of hidden.toSorted((a, b) => a.start - b.start)) {
    if (end <= done || start >= to) continue
    shown += `${text.slice(done, Math.max(done, start))}<${type}>`
    done = Math.min(end, to)
  }
  return (shown + text.slice(done, to)).toWellFormed()
}

/** Of several texts: one for each rule, type, direction and field. */
export function joined(all: readonly Evidence[]): readonly Evidence[] {
  if (all.length < 2) return all
  const groups = Map.groupBy(all, ({ rule, type, direction, field }) => `${rule} ${type} ${direction} ${field}`)
  return [...groups.values()].slice(0, MOST).map((group) => {
    const first = group[0] as Evidence
    if (group.length === 1) return first
    return {
      ...first,
      action: group.map(({ action }) => action).reduce(strictest),
      enforced: group.some(({ enforced }) => enforced),
      score: Math.max(...group.map(({ score }) => score)),
      count: group.reduce((sum, { count }) => sum + count, 0),
    }
  })
}
