/**
 * The guards' edge of the composition root: the policies that are in force, the thread that reads long texts, and every
 * place where texts are judged.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AtRest } from '@outrider/policies/guards'
import type { FastifyBaseLogger, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Config } from './config.ts'
import { OutriderError } from './errors.ts'
import { createCallJudge } from './guard/call-judge.ts'
import { createFindingTeller } from './guard/finding-teller.ts'
import { createTextJudge } from './guard/judging.ts'
import { createReader } from './guard/reader.ts'
import type { ReplayParts } from './guard/replay.ts'
import { replayRoutes } from './guard/replay-routes.ts'
import { guardRoutes } from './guard/routes.ts'
import { createSpanInspector, type Inspect } from './guard/span-inspector.ts'
import { streamEvidence, streamSubject } from './guard/stream-evidence.ts'
import { guardStreamRoutes, type Heard } from './guard/stream-routes.ts'
import { createVaults } from './guard/vaults.ts'
import {
  builtInPacks,
  engineTrouble,
  type GuardScope,
  guardEngine,
  type LoadedPolicies,
  loadGuardPolicies,
  loadGuardPolicy,
  nativeRe2Path,
} from './guard-policy.ts'
import type { CallJudge, Evidence, Scope } from './guarding.ts'
import type { Lifecycle } from './lifecycle.ts'
import { atRestOf } from './mask.ts'
import type { Metrics } from './metrics.ts'
import type { Span } from './span.ts'

export interface GuardEdgeParts {
  readonly log: FastifyBaseLogger
  readonly lifecycle: Lifecycle
  readonly metrics: Metrics
  tenantOf(request: FastifyRequest): string | null
}

export interface GuardEdge {
  readonly calls: CallJudge
  readonly routes: FastifyPluginAsync
  /** Another policy over what is stored. */
  replay(store: ReplayParts['store']): FastifyPluginAsync
  /** The step that hides what spans hold, with what was found in them. */
  readonly inspect: Inspect
  /** What the policy of a scope hides in texts that are stored. */
  atRest(scope: Scope): AtRest | null
  /** Takes the file's new policies; what is being read is read again. */
  reload(guards: Config['guards']): void
  /** @param accept where findings go as spans. Call once the pipeline stands. */
  start(accept: (spans: readonly Span[]) => Promise<void>): void
}

/** @param tellEveryMs findings of outputs wait so long to be told together */
export function createGuardEdge(
  config: Config,
  { log, lifecycle, metrics, tenantOf }: GuardEdgeParts,
  tellEveryMs = 1000,
): GuardEdge {
  let policies = load(config.guards)
  const tellVersion = () => {
    const { name, version } = policies.policyOf({})
    log.info({ policy: name, version, patterns: guardEngine().name }, 'guards loaded')
    const trouble = engineTrouble()
    if (trouble !== null)
      log.warn({ path: nativeRe2Path(), trouble }, 'native re2 cannot be loaded, re2js runs instead')
  }
  tellVersion()
  const hashKey = readKey(config.store.dataDir)
  const findings = metrics.counter(
    'guard_findings',
    'Findings of guards, by guard, rule, action, direction and who read it.',
  )
  const found = (evidence: readonly Evidence[]) => {
    for (const { guard, rule, action, direction, source, count } of evidence) {
      findings.add(count, { guard, rule, action, direction, source })
    }
  }
  const reader = createReader(config.guards, { hashKey })
  lifecycle.onStop('guards', () => reader.close())
  metrics.gauge('guard_waiting_texts', 'Texts that wait for the thread that reads long ones.', reader.waiting)
  const teller = createFindingTeller({ everyMs: tellEveryMs })
  metrics.gauge('guard_findings_lost', 'Findings that the store did not take for too long.', teller.lost)
  const keepsText = config.content === 'redacted' || config.content === 'full'
  const vaults = createVaults({ key: hashKey })
  const texts = createTextJudge({ reader, vaults, hashKey })
  const calls = createCallJudge({
    policyOf: (scope) => policies.policyOf(scope),
    texts,
    keepsText,
    found,
    tell: teller.tell,
  })
  const unread = metrics.counter('guard_unread_texts', 'Texts of spans that the guards could not read in time.')
  const inspect = createSpanInspector({
    policyOf: (scope) => policies.policyOf(scope),
    reader,
    keepsText,
    found,
    unread: (texts) => unread.add(texts),
  })
  const names = builtInPacks()
  const named = (pack: string) => {
    const one = names.includes(pack) ? loadGuardPolicy({ packs: [pack] }) : null
    return one?.ok ? one.policy : null
  }
  const common = {
    policyOf: (request: FastifyRequest, scope: GuardScope) =>
      policies.policyOf({ ...scope, tenant: tenantOf(request) ?? scope.tenant }),
    tenantOf,
    names,
    named,
    hashKey,
  }
  const heard = async (one: Heard) => {
    const evidence = await streamEvidence(one, { texts, keepsText })
    found(evidence)
    teller.tell(streamSubject(one), evidence)
  }
  return {
    calls,
    inspect,
    atRest: ({ workflow, agent, tenantId }) => {
      const scope = { workflow: workflow ?? undefined, agent: agent ?? undefined, tenant: tenantId ?? undefined }
      return atRestOf(policies.policyOf(scope))
    },
    replay: (store) => replayRoutes({ store, reader, names: builtInPacks(), load: loadGuardPolicy, tenantOf }),
    routes: async (app) => {
      await app.register(guardRoutes({ ...common, texts, keepsText, found, tell: teller.tell }))
      await app.register(guardStreamRoutes({ ...common, vaults, heard: (one) => void heard(one) }))
    },
    reload(guards) {
      policies = load(guards)
      reader.reload(guards)
      tellVersion()
    },
    start(accept) {
      teller.start(accept)
      lifecycle.onStop('findings', () => teller.close())
    },
  }
}

function load(guards: Config['guards']): Extract<LoadedPolicies, { ok: true }> {
  const loaded = loadGuardPolicies(guards)
  if (loaded.ok) return loaded
  const why = loaded.problems.map(({ path, message }) => `guards.${path}: ${message}`).join('; ')
  throw new OutriderError('OUT_CONFIG_INVALID', why)
}

/** What `hash` is keyed with: random, kept beside the data so that equal values have equal hashes after a restart. */
function readKey(dataDir: string): string {
  const file = join(dataDir, 'guard.key')
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
  return readFileSync(file, 'utf8').trim()
}
