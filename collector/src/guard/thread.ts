/** The thread that reads long texts: texts come, judgements go, in the order in which they came. */
import { parentPort, workerData } from 'node:worker_threads'
import type { GuardPolicy, Vault } from '@outrider/policies/guards'
import {
  type GuardScope,
  type GuardSettings,
  type LoadedPolicies,
  loadGuardPolicies,
  loadGuardPolicy,
} from '../guard-policy.ts'
import type { Order, Report } from './reader.ts'
import { judgeTexts } from './text-judge.ts'

const port = parentPort!
const { settings, hashKey } = workerData as { settings: GuardSettings; hashKey: string }
// read and compiled by the collector already; files may have changed since, and then it judges by what it has
const policies: LoadedPolicies = loadGuardPolicies(settings)

port.on('message', (order: Order) => port.postMessage(answer(order)))

/** What is to be given back is hidden where it is remembered, never here: here only what was found counts. */
const forgetful: Vault = {
  hide: (_value, type) => `<${type}>`,
  restore: (text) => text,
  restoreJson: (json) => json,
  tokensIn: () => [],
  valueOf: (): undefined => {},
  size: 0,
}
const operators = { hashKey, vault: forgetful }

const packs = new Map<string, GuardPolicy | null>()

function answer(order: Order): Report {
  if (order.verb === 'look') {
    const looked = order.instead === undefined ? restOf(order.scope) : instead(order.instead)
    if (looked === null) return null
    const { results } = judgeTexts(order.texts, looked, order.judge, () => operators)
    // most texts hold nothing, and what is not said costs nothing to hand over
    return results.flatMap(({ evidence }, at) => (evidence.length === 0 ? [] : [{ at, evidence }]))
  }
  const policy = order.pack === undefined ? policyOf(order.scope) : packed(order.pack)
  return policy === null ? null : judgeTexts(order.texts, policy, order.judge, () => operators)
}

const policyOf = (scope: GuardScope): GuardPolicy | null => (policies.ok ? policies.policyOf(scope) : null)

const restOf = (scope: GuardScope): GuardPolicy | null => (policies.ok ? policies.restOf(scope) : null)

/** The last one that was asked for: a replay asks for the same again and again. */
let last: { readonly key: string; readonly policy: GuardPolicy | null } = { key: '', policy: null }

function instead(asked: GuardSettings): GuardPolicy | null {
  const key = JSON.stringify(asked)
  if (last.key === key) return last.policy
  const loaded = loadGuardPolicy(asked)
  last = { key, policy: loaded.ok ? loaded.policy : null }
  return last.policy
}

function packed(pack: string): GuardPolicy | null {
  const known = packs.get(pack)
  if (known !== undefined) return known
  const loaded = loadGuardPolicy({ packs: [pack] })
  const policy = loaded.ok ? loaded.policy : null
  packs.set(pack, policy)
  return policy
}
