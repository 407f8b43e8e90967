/** Runs every check on a bare and on a wrapped client, and says of each whether a user could tell them apart. */
import { isDeepStrictEqual } from 'node:util'
import { outrider } from '@outrider/sdk'
import { type GateStub, startGate } from '../test/gate-stub.ts'
import { type ProviderStub, startProviderStub } from '../test/provider-stub.ts'
import { promiseChecks, streamChecks } from './answer-checks.ts'
import type { Books, Check } from './check.ts'
import { type Kind, kinds } from './client.ts'
import { endingChecks, errorChecks } from './ending-checks.ts'

const checks = [...promiseChecks, ...streamChecks, ...endingChecks, ...errorChecks] satisfies readonly Check[]

export interface Result {
  readonly check: Check
  readonly kind: Kind
  readonly bare: unknown
  readonly wrapped: unknown
  readonly same: boolean
  /** What is wrong in the books of the wrapped call; empty where nothing is. */
  readonly books: readonly string[]
}

/** Starts the SDK for the time it runs. What clients say on the console while they run is not of interest. */
export async function runSuite(of: (kind: Kind) => boolean = () => true): Promise<readonly Result[]> {
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
    for (const kind of (await kinds()).filter(of)) {
      for (const check of checks) results.push(await compare(kind, check, provider, gate, telemetry.flush))
    }
  } finally {
    await telemetry.shutdown()
  }
  return results
}

async function compare(kind: Kind, check: Check, provider: ProviderStub, gate: GateStub, flush: () => Promise<void>) {
  const { manner = 'answers', maxRetries = 2, timeout = 20_000 } = check
  const client = kind.make({ baseURL: provider.url, maxRetries, timeout })
  const see = async (which: object) => {
    provider.behave(manner)
    const seen = await check.see(kind, which)
    return scrubbed(seen)
  }
  const bare = await see(client)
  await flush()
  provider.log.length = 0
  for (const list of [gate.checks, gate.settles, gate.releases, gate.spans]) list.length = 0
  const wrapped = await see(outrider.wrap(client))
  await flush()
  await provider.over()
  const same = check.differs?.(wrapped) ?? isDeepStrictEqual(bare, wrapped)
  return { check, kind, bare, wrapped, same, books: booksOf(check.books ?? 'exact', provider, gate) }
}

function booksOf(wanted: Books, { log }: ProviderStub, { checks, settles, releases, spans }: GateStub): string[] {
  const wrong: string[] = []
  const told = (what: string, ok: boolean) => ok || wrong.push(what)
  const calls = wanted === 'unasked' ? 0 : 1
  told(`${checks.length} checks`, checks.length === calls)
  told(`${spans.length} spans`, spans.length === calls)
  told(`${settles.length} settles and ${releases.length} releases`, settles.length + releases.length === calls)
  const [settle] = settles
  const billed = log.reduce(
    (sum, { billed: each }) => ({ input: sum.input + each.input, output: sum.output + each.output }),
    {
      input: 0,
      output: 0,
    },
  )
  if (wanted === 'exact') {
    const { inputTokens, outputTokens } = settle?.usage ?? {}
    told(
      `billed ${JSON.stringify(billed)}, settled ${JSON.stringify(settle?.usage)}`,
      inputTokens === billed.input && outputTokens === billed.output,
    )
  }
  if (wanted === 'free') told('not given back', releases.length === 1)
  if (wanted === 'counted') {
    const output = settle?.streamedTokens ?? settle?.usage?.outputTokens ?? 0
    told(`billed ${billed.output}, counted ${output}`, settle !== undefined && output <= Math.max(billed.output, 1))
  }
  return wrong
}

/** What a user cannot rely on to be the same in two calls. */
function scrubbed(seen: unknown): unknown {
  return JSON.parse(
    JSON.stringify(seen ?? null, (_, value: unknown) =>
      value instanceof Error ? `${value.name}: ${value.message}` : value,
    ),
  )
}
