/** The thread that reads long texts: texts come, judgements go, in the order in which they came. */
import { parentPort, workerData } from 'node:worker_threads'
import { type GuardPolicy, usesVault } from '@outrider/policies/guards'
import {
  type GuardScope,
  type GuardSettings,
  guardEngine,
  type LoadedPolicies,
  loadGuardPolicies,
  loadGuardPolicy,
} from '../guard-policy.ts'
import { vaultOf } from './judging.ts'
import type { Order, Report } from './reader.ts'
import { type JudgedTexts, judgeTexts } from './text-judge.ts'
import { openVault } from './vaults.ts'

const port = parentPort!
const { settings, hashKey, re2 } = workerData as { settings: GuardSettings; hashKey: string; re2: string | null }
// the engine that the collector has
guardEngine(re2)
// read and compiled by the collector already; files may have changed since, and then it judges by what it has
const policies: LoadedPolicies = loadGuardPolicies(settings)

port.on('message', (order: Order) => port.postMessage(answer(order)))

const packs = new Map<string, GuardPolicy | null>()

function answer(order: Order): Report {
  if (order.verb === 'look') {
    const looked = order.instead === undefined ? restOf(order.scope) : instead(order.instead)
    if (looked === null) return null
    // only looked at: what would be hidden is not kept
    const vault = openVault(hashKey, { tenant: null, run: null }, 'input')
    const { results } = judgeTexts(order.texts, looked, order.judge, { hashKey, vault })
    // most texts hold nothing, and what is not said costs nothing to hand over
    return results.flatMap(({ evidence }, at) => (evidence.length === 0 ? [] : [{ at, evidence }]))
  }
  const policy = order.pack === undefined ? policyOf(order.scope) : packed(order.pack)
  return policy === null ? null : read(order, policy)
}

/** What is hidden to be given back goes to the vault that the collector has. */
function read({ texts, judge, of }: Extract<Order, { verb: 'read' }>, policy: GuardPolicy): JudgedTexts {
  const direction = vaultOf(texts)
  if (!texts.some((text) => usesVault(policy, text.direction))) return judgeTexts(texts, policy, judge, { hashKey })
  const vault = openVault(hashKey, of, direction)
  return { ...judgeTexts(texts, policy, judge, { hashKey, vault }), hidden: vault.entries() }
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
