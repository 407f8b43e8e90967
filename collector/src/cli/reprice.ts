/** `outrider reprice`: stored calls get today's price, turn by turn until the collector says that all is done. */
import { type Repriced, repricedSchema } from './answers.ts'
import { type Collector, refusal } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { count, usd } from './figures.ts'
import type { Terminal } from './terminal.ts'

export interface RepriceOptions {
  /** ISO time, or milliseconds since 1970. */
  readonly since: string
  readonly dryRun: boolean
  readonly json: boolean
}

interface Total {
  readonly since: string
  readonly dryRun: boolean
  readonly priceVersion: string
  readonly looked: number
  readonly changed: number
  readonly beforeUsd: number
  readonly afterUsd: number
  readonly unpriced: readonly Unpriced[]
}
type Unpriced = Repriced['unpriced'][number]

export async function reprice(collector: Collector, terminal: Terminal, options: RepriceOptions): Promise<void> {
  const { since, dryRun, json } = options
  let total: Total = { since, dryRun, priceVersion: '', looked: 0, changed: 0, beforeUsd: 0, afterUsd: 0, unpriced: [] }
  for (let from: string | null = since; from !== null; ) {
    const turn = await ask(collector, from, dryRun)
    total = added(total, turn)
    from = turn.next
    if (from !== null) terminal.talk(`${count(total.looked, 'call')} so far; going on at ${from}`)
  }
  if (json) return terminal.printJson(total)
  const verb = dryRun ? 'would change' : 'changed'
  terminal.print([
    `${count(total.looked, 'call')} looked at, ${count(total.changed)} ${verb}`,
    `${usd(total.beforeUsd)} before, ${usd(total.afterUsd)} after (${total.priceVersion})`,
    ...total.unpriced.map(({ provider, model, calls }) => {
      return `still unpriced: ${model ?? 'no model'} (${provider ?? 'no provider'}), ${count(calls, 'call')}`
    }),
  ])
  if (total.unpriced.length > 0)
    terminal.talk('Add their prices to `prices:` in outrider.yaml, restart, and run this again.')
}

async function ask(collector: Collector, since: string, dryRun: boolean): Promise<Repriced> {
  const response = await collector.post('/api/reprice', 'application/json', JSON.stringify({ since, dryRun }))
  if (!response.ok) throw await refusal(response)
  const parsed = repricedSchema.safeParse(await response.json().catch(() => null))
  if (parsed.success) return parsed.data
  throw new CommandFailure(exitCode.failed, `What answers at ${collector.url} is not this version's collector.`)
}

function added(total: Total, turn: Repriced): Total {
  const unpriced = new Map<string, Unpriced>()
  for (const one of [...total.unpriced, ...turn.unpriced]) {
    const key = JSON.stringify([one.provider, one.model])
    unpriced.set(key, { ...one, calls: one.calls + (unpriced.get(key)?.calls ?? 0) })
  }
  return {
    ...total,
    priceVersion: turn.priceVersion,
    looked: total.looked + turn.looked,
    changed: total.changed + turn.changed,
    beforeUsd: nine(total.beforeUsd + turn.beforeUsd),
    afterUsd: nine(total.afterUsd + turn.afterUsd),
    unpriced: [...unpriced.values()].sort((a, b) => b.calls - a.calls),
  }
}

/** Money has nine decimals. */
const nine = (usd: number): number => Math.round(usd * 1e9) / 1e9
