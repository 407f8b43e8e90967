/** A rule as people write it: what is as it is by default is left out. */
import { limits, type Rule, type RuleTrigger, ruleDefaults } from '@outrider/alerts'
import { stringify } from 'yaml'

/** The word for a rule's trigger in `rules/*.yaml`. */
export type TriggerWord = 'band' | 'tailRank' | 'zscore' | 'threshold' | 'change' | 'burnRate' | 'silence'

/** A file of rules with this one in it. */
export function ruleText(rule: Rule): string {
  const { name, metric, by, match, bad, severity, labels, runbook } = rule
  const usual = <Name extends keyof typeof ruleDefaults & keyof Rule>(field: Name) =>
    JSON.stringify(rule[field]) === JSON.stringify(ruleDefaults[field])
  const written = {
    ...{ name, metric, by: [...by] },
    ...(Object.keys(match).length === 0 ? {} : { match }),
    bad,
    for: forText(rule),
    ...(usual('keepFiring') ? {} : { keepFiring: rule.keepFiring }),
    ...(usual('newNormalMinutes') ? {} : { newNormalMinutes: rule.newNormalMinutes }),
    ...(usual('leastCalls') ? {} : { leastCalls: rule.leastCalls }),
    severity,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(runbook === null ? {} : { runbook }),
    [triggerWord(rule.trigger)]: settingsOf(rule.trigger),
  }
  return stringify({ rules: [written] }, { flowCollectionPadding: true, lineWidth: 0 })
}

export const forText = ({ hits, of }: Rule): string => `${hits} of ${of}`

export function triggerWord({ type }: RuleTrigger): TriggerWord {
  return type === 'tail-rank' ? 'tailRank' : type === 'burn-rate' ? 'burnRate' : type
}

function settingsOf({ type: _type, ...settings }: RuleTrigger): object {
  const known = Object.entries(settings).filter(([name, value]) => {
    return value !== null && !(name === 'limit' && _type === 'band' && value === limits.band)
  })
  return Object.fromEntries(known)
}
