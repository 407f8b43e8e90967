/** The load of a drill: calls at a steady rate, each asked for, made at the stub provider, and given back. */
import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { verdictSchema } from '../answers.ts'
import type { Collector } from '../collector.ts'
import type { StubProvider } from './stub-provider.ts'

/** What happened to one call; times are milliseconds of `performance.now()`. */
export interface DrillCall {
  readonly id: string
  readonly asked: number
  answered: number | null
  decision: string | null
  heldUsd: number
  ended: number | null
  /** True: hung up on by the switch. */
  aborted: boolean
}

export interface Load {
  readonly calls: readonly DrillCall[]
  /** Hangs up on all calls that are at the provider. */
  abort(): void
  /** Asks for no more; resolves when every call has ended. */
  stop(): Promise<void>
}

export interface LoadSettings {
  /** Fields by which the calls are stopped, and those that budgets may ask for. */
  readonly who: Readonly<Record<string, string>>
  readonly provider: string
  readonly model: string
  /** Calls a second. */
  readonly rate: number
}

const INPUT_TOKENS = 200
const OUTPUT_TOKENS = 50

type Who = Pick<LoadSettings, 'who' | 'provider' | 'model'>

async function ask(collector: Collector, id: string, { who, provider, model }: Who, maxOutputTokens: number) {
  const { value } = await collector.change(verdictSchema, 'POST', '/v1/gate/check', {
    ...{ id, traceId: who.traceId ?? randomBytes(16).toString('hex'), kind: 'model', ...who },
    ...{ provider, model, inputTokens: INPUT_TOKENS, maxOutputTokens },
  })
  return value
}

const giveBack = (collector: Collector, holdId: string) => {
  return collector.change(z.unknown(), 'POST', '/v1/gate/release', { holdId })
}

/** USD that one call of the load pays for what goes in, however early it is stopped; or why the gate refuses it. */
export async function priceOfInput(
  collector: Collector,
  settings: Who,
): Promise<{ readonly usd: number } | { readonly refused: string }> {
  const id = randomUUID()
  const { decision, heldUsd, reasons } = await ask(collector, id, settings, 0)
  if (decision === 'deny') return { refused: reasons[0]?.message ?? 'no reason given' }
  await giveBack(collector, id)
  return { usd: heldUsd }
}

export function startLoad(collector: Collector, stub: StubProvider, settings: LoadSettings): Load {
  const { rate } = settings
  const calls: DrillCall[] = []
  const running = new Set<Promise<void>>()
  const atProvider = new Set<AbortController>()
  const failures: unknown[] = []
  const started = performance.now()
  let stopped = false

  async function call(): Promise<void> {
    const id = randomUUID()
    const one: DrillCall = {
      ...{ id, asked: performance.now(), answered: null, decision: null },
      ...{ heldUsd: 0, ended: null, aborted: false },
    }
    calls.push(one)
    const value = await ask(collector, id, settings, OUTPUT_TOKENS)
    one.answered = performance.now()
    one.decision = value.decision
    if (value.decision === 'deny') return
    one.heldUsd = value.heldUsd
    const hangUp = new AbortController()
    atProvider.add(hangUp)
    try {
      await fetch(`${stub.url}/${id}`, { signal: hangUp.signal }).then((response) => response.text())
    } catch {
      one.aborted = hangUp.signal.aborted
    } finally {
      atProvider.delete(hangUp)
      one.ended = performance.now()
    }
    // nothing was bought: budgets are as before
    await giveBack(collector, id)
  }

  function next(): void {
    const due = Math.floor(((performance.now() - started) / 1000) * rate)
    while (!stopped && calls.length < due) {
      const made = call().catch((cause: unknown) => {
        failures.push(cause)
      })
      running.add(made)
      void made.finally(() => running.delete(made))
    }
  }
  const timer = setInterval(next, 5)

  return {
    calls,
    abort() {
      for (const hangUp of atProvider) hangUp.abort()
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      while (running.size > 0) await Promise.all(running)
      if (failures.length > 0) throw failures[0]
    },
  }
}
