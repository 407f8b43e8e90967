/**
 * What it costs to ask: a guarded call that makes a round trip, beside one that is paid from a lease, on the same gate and
 * in turns, so that a busy machine slows both alike. The work inside takes no time, so the difference is the asking.
 */
import { outrider } from '@outrider/sdk'

export interface LeaseFigures {
  /** Microseconds a call, median of the rounds. */
  readonly askedMicros: number
  readonly leasedMicros: number
  /** `askedMicros / leasedMicros`, median of the rounds' own ratios. */
  readonly ratio: number
}

export interface LeaseSettings {
  /** @default 20 */
  readonly rounds?: number
  /** Calls a round that make a round trip. @default 100 */
  readonly asked?: number
  /** Calls a round on the lease. @default 5000 */
  readonly leased?: number
}

const call = { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 10, maxOutputTokens: 10 } as const
const usage = { inputTokens: 10, outputTokens: 10 }

/** Starts the SDK for the time it runs, so call it in a process where nothing else traces. Needs a real collector. */
export async function measureLease(collector: string, settings: LeaseSettings = {}): Promise<LeaseFigures> {
  const { rounds = 20, asked = 100, leased = 5000 } = settings
  // spans are made and not sent: what a span costs is measured beside
  const { OTEL_TRACES_EXPORTER: exporter = '' } = process.env
  process.env.OTEL_TRACES_EXPORTER = 'none'
  await using _ = outrider.start({ service: 'lease-bench', collector, onUnavailable: 'deny', leaseUsd: 100 })
  process.env.OTEL_TRACES_EXPORTER = exporter
  // a tool is never leased, and costs the gate as much thought as a model
  const ask = () => outrider.guard({ tool: 'nothing' }, () => {})
  const draw = () => outrider.guard(call, (model) => model.usage(usage))

  const turn = async (times: number, once: () => Promise<unknown>) => {
    const start = performance.now()
    for (let i = 0; i < times; i += 1) await once()
    return ((performance.now() - start) * 1000) / times
  }
  const pairs = await outrider.run('bench', async () => {
    const taken: { readonly asked: number; readonly leased: number }[] = []
    for (let round = -2; round < rounds; round += 1) {
      const pair = { asked: await turn(asked, ask), leased: await turn(leased, draw) }
      if (round >= 0) taken.push(pair)
    }
    return taken
  })
  return {
    askedMicros: median(pairs.map((pair) => pair.asked)),
    leasedMicros: median(pairs.map((pair) => pair.leased)),
    ratio: median(pairs.map((pair) => pair.asked / pair.leased)),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
