/** The thread that reads long texts: texts come, judgements go, in the order in which they came. */
import { parentPort, workerData } from 'node:worker_threads'
import type { GuardPolicy } from '@outrider/policies/guards'
import { type GuardSettings, type LoadedPolicies, loadGuardPolicies, loadGuardPolicy } from '../guard-policy.ts'
import type { Order, Report } from './reader.ts'
import { judgeTexts } from './text-judge.ts'

const port = parentPort!
const { settings, hashKey } = workerData as { settings: GuardSettings; hashKey: string }
// read and compiled by the collector already; files may have changed since, and then it judges by what it has
const policies: LoadedPolicies = loadGuardPolicies(settings)

port.on('message', (order: Order) => port.postMessage(answer(order)))

const packs = new Map<string, GuardPolicy | null>()

function answer(order: Order): Report {
  const policy = policyOf(order)
  const { id, texts, judge } = order
  return { id, judged: policy === null ? null : judgeTexts(texts, policy, judge, { hashKey }) }
}

function policyOf({ scope, rest, pack }: Order): GuardPolicy | null {
  if (pack === undefined) return policies.ok ? (rest ? policies.restOf(scope) : policies.policyOf(scope)) : null
  const known = packs.get(pack)
  if (known !== undefined) return known
  const loaded = loadGuardPolicy({ packs: [pack] })
  const policy = loaded.ok ? loaded.policy : null
  packs.set(pack, policy)
  return policy
}
