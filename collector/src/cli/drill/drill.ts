/**
 * `outrider drill`: does a stop stop? Trips a scope of the drill's own under load that it makes itself, through the real
 * gate, at a stub provider, and says how long it took and what slipped through. Every hold is given back: budgets are as
 * before.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'
import { switchSchema } from '../answers.ts'
import type { Collector } from '../collector.ts'
import { CommandFailure, exitCode } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { type Load, priceOfInput, startLoad } from './load.ts'
import { drillLines, drillReport } from './report.ts'
import { startStubProvider } from './stub-provider.ts'

export interface DrillOptions {
  readonly scope: string
  /** Calls a second. */
  readonly rate: number
  /** Seconds of load before the switch, and after it. */
  readonly seconds: number
  readonly provider: string
  readonly model: string
  readonly json: boolean
}

/** Fields of a check by which each scope is named. A drill stops nobody but itself, so it takes no others. */
const fields = { agent: 'agent', workflow: 'workflow', user: 'userId', session: 'sessionId', run: 'traceId' } as const
const isScope = (scope: string): scope is keyof typeof fields => Object.hasOwn(fields, scope)

/** How long a call at the stub takes: long enough to be in flight. */
const ANSWER_MS = 250

export async function drill(collector: Collector, terminal: Terminal, options: DrillOptions): Promise<void> {
  const { scope, rate, seconds, provider, model, json } = options
  if (!isScope(scope)) {
    const hint = `A drill stops only itself: ${Object.keys(fields).join(', ')}.`
    throw new CommandFailure(exitCode.usage, `'${scope.slice(0, 64)}' is not a scope for a drill.`, hint)
  }
  const name = scope === 'run' ? randomBytes(16).toString('hex') : `drill-${randomBytes(4).toString('hex')}`
  const path = `/api/switches/${scope}/${name}`
  const who = {
    ...{ agent: 'outrider-drill', workflow: 'outrider-drill', userId: 'outrider-drill' },
    ...{ sessionId: 'outrider-drill', tenantId: 'outrider-drill', [fields[scope]]: name },
  }
  const stub = await startStubProvider(ANSWER_MS)
  const stop = new AbortController()
  let load: Load | undefined
  let heard: number | null = null
  try {
    const listening = listen(collector, stop.signal, (event) => {
      if (event.scope !== scope || event.name !== name || event.state === 'freed') return
      heard ??= performance.now()
      load?.abort()
    })
    await listening.open
    const price = await priceOfInput(collector, { who, provider, model })
    if ('refused' in price) {
      const hint = 'Name a --model that has a price, or give the drill room in the budgets.'
      throw new CommandFailure(exitCode.failed, `The gate refuses the drill's calls: ${price.refused}`, hint)
    }
    load = startLoad(collector, stub, { who, provider, model, rate })
    await wait(seconds * 1000)
    const asked = performance.now()
    await collector.change(switchSchema, 'PUT', path, { reason: 'outrider drill', by: 'outrider drill' })
    const answered = performance.now()
    await wait(seconds * 1000)
    await load.stop()
    const { calls } = load
    const report = drillReport({
      ...{ target: `${scope}/${name}`, model, calls, arrived: stub.arrived, asked, answered, heard },
      inputUsd: price.usd,
    })
    if (json) terminal.printJson(report)
    else terminal.print(drillLines(report, terminal.paint))
    if (report.grantedAfter > 0) {
      throw new CommandFailure(
        exitCode.failed,
        `${report.grantedAfter} calls were granted after the stop was answered.`,
      )
    }
  } finally {
    await load?.stop().catch(() => {})
    stop.abort()
    await stub.close()
    await collector.change(switchSchema, 'DELETE', path, { by: 'outrider drill' }).catch(() => {})
  }
}

interface Heard {
  readonly scope: string
  readonly name: string
  readonly state: string
}

/** Hears switches. `open` resolves with the stream's first event. */
function listen(
  collector: Collector,
  signal: AbortSignal,
  tell: (event: Heard) => void,
): { readonly open: Promise<void> } {
  const open = Promise.withResolvers<void>()
  const parser = createParser({
    onEvent({ event, data }) {
      open.resolve()
      if (event === 'switch') tell(JSON.parse(data) as Heard)
    },
  })
  const hear = async () => {
    const response = await collector.open('/v1/gate/stream', 'text/event-stream', signal)
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) parser.feed(text)
  }
  hear().catch((cause: unknown) => open.reject(cause))
  return { open: open.promise }
}
