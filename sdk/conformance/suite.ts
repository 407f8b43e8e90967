/** Runs every check on a bare and on a wrapped client, and says of each whether a user could tell them apart. */
import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { outrider } from '@outrider/sdk'
import { type GateStub, startGate } from '../test/gate-stub.ts'
import { type ProviderStub, startProviderStub } from '../test/provider-stub.ts'
import { aiFamily } from './ai-checks.ts'
import { promiseChecks, streamChecks } from './answer-checks.ts'
import { booksOf } from './books.ts'
import type { Check, Family, Subject } from './check.ts'
import { kinds } from './client.ts'
import { endingChecks, errorChecks } from './ending-checks.ts'
import { googleFamily } from './google.ts'

export const families: readonly Family[] = [
  {
    subjects: await kinds(),
    checks: [...promiseChecks, ...streamChecks, ...endingChecks, ...errorChecks],
    types: '`wrap(client)` is of the very type of `client`',
  },
  aiFamily,
  googleFamily,
]

export interface Result {
  readonly family: Family
  readonly check: Check<never>
  readonly subject: Subject
  readonly bare: unknown
  readonly wrapped: unknown
  readonly same: boolean
  /** What is wrong in the books of the wrapped call; empty where nothing is. */
  readonly books: readonly string[]
}

/** Starts the SDK for the time it runs. What clients say on the console while they run is not of interest. */
export async function runSuite(of: readonly Family[] = families): Promise<readonly Result[]> {
  await using provider = await startProviderStub()
  await using gate = await startGate((check) => ({ maxOutputTokens: Math.min(check.maxOutputTokens ?? 50, 50) }))
  const telemetry = outrider.start({
    service: 'conformance',
    collector: gate.url,
    onUnavailable: 'deny',
    gateTimeoutMs: 30_000,
  })
  const results: Result[] = []
  try {
    for (const family of of)
      for (const subject of family.subjects)
        for (const check of family.checks) {
          const compared = await compare(subject, check, provider, gate, telemetry.flush)
          results.push({ family, check, subject, ...compared })
        }
  } finally {
    await telemetry.shutdown()
  }
  return results
}

async function compare(
  subject: Subject,
  check: Check<never>,
  provider: ProviderStub,
  gate: GateStub,
  flush: () => Promise<void>,
) {
  const { manner = 'answers', maxRetries = 2, timeout = 20_000, words = WORDS } = check
  const client = subject.make({ baseURL: provider.url, maxRetries, timeout })
  const see = async (which: object) => {
    provider.behave(manner)
    provider.words = [...words]
    return scrubbed(await check.see(subject as never, which))
  }
  const bare = await see(client)
  await flush()
  provider.log.length = 0
  for (const list of [gate.checks, gate.settles, gate.releases, gate.spans]) list.length = 0
  const wrapped = await see((subject.wrap ?? outrider.wrap)(client))
  if (check.thrownAway) await collected(gate)
  await flush()
  await provider.over()
  const same = check.differs?.(wrapped) ?? isDeepStrictEqual(bare, wrapped)
  return { bare, wrapped, same, books: booksOf(check, provider, gate) }
}

const WORDS = ['Your', ' order', ' is', ' on', ' its', ' way', '.']

/** Times, and names that a client makes anew for each call. */
const EACH_ITS_OWN = /^(date|timestamp|callId|messageId|performance)$|Ms$/

/** IDs that the AI SDK makes up. */
const MADE = /^ai(txt|obj|msg)-/

/** Until what nobody holds any more has settled. */
async function collected({ settles }: GateStub): Promise<void> {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  while (settles.length === 0) {
    await setImmediate()
    gc()
  }
}

/** What a user can rely on to be the same in two calls. */
function scrubbed(seen: unknown): unknown {
  return JSON.parse(
    JSON.stringify(seen ?? null, (key, value: unknown) => {
      if (EACH_ITS_OWN.test(key) || (typeof value === 'string' && MADE.test(value))) return undefined
      return value instanceof Error ? `${value.name}: ${value.message}` : value
    }),
  )
}
