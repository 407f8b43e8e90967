/** `outrider tail`: a line for every run that starts or changes, as long as it is left running. */

import type { ReadableWritablePair } from 'node:stream/web'
import { setTimeout as pause } from 'node:timers/promises'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { changeSchema, type Run, runPageSchema } from './answers.ts'
import type { Collector } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { type RunFilters, searchOf } from './run-filters.ts'
import { tailLine } from './tail-line.ts'
import type { Terminal } from './terminal.ts'

export interface TailOptions extends RunFilters {
  readonly json: boolean
}

export interface TailSettings {
  /** First pause before connecting again; it doubles up to `maxPauseMs`. @default 500 */
  readonly pauseMs: number
  /** @default 15_000 */
  readonly maxPauseMs: number
  /** Without a byte for so long (the collector sends one every 15 s) the connection counts as lost. @default 45_000 */
  readonly silenceMs: number
}

const tailDefaults: TailSettings = { pauseMs: 500, maxPauseMs: 15_000, silenceMs: 45_000 }

/** Runs looked at after each change; runs that changed and are older are asked for one by one. */
const PAGE = '100'
/** Runs whose last line is remembered, so that it is not said twice. */
const REMEMBERED = 10_000

/** Runs until interrupted. Rejects only when the first connection fails, or the key is refused. */
export async function tail(
  collector: Collector,
  terminal: Terminal,
  options: TailOptions,
  settings: TailSettings = tailDefaults,
): Promise<never> {
  const follow = createFollower(collector, terminal, options)
  let tries = 0
  let connected = false
  for (;;) {
    try {
      await listen(
        collector,
        settings.silenceMs,
        async () => {
          terminal.talk(connected ? 'Connected again.' : `Waiting for runs at ${collector.url} (Ctrl-C ends).`)
          tries = 0
          await follow.catchUp(connected)
          connected = true
        },
        follow.changed,
      )
    } catch (cause) {
      const final = !(cause instanceof CommandFailure) || cause.exitCode === exitCode.refused || !connected
      if (final) throw cause
    }
    const wait = Math.min(settings.maxPauseMs, settings.pauseMs * 2 ** tries++)
    if (tries === 1) terminal.talk('The connection is lost; trying again.')
    // half of it by chance, so that many terminals do not come back at the same instant
    await pause(wait / 2 + (Math.random() * wait) / 2)
  }
}

/** Resolves when the connection ends. */
async function listen(
  collector: Collector,
  silenceMs: number,
  onOpen: () => Promise<void>,
  onChange: (traceIds: readonly string[]) => Promise<void>,
): Promise<void> {
  const silence = new AbortController()
  const watch = setTimeout(() => silence.abort(), silenceMs)
  try {
    const response = await collector.open('/api/runs/live', 'text/event-stream', silence.signal)
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) {
      throw new CommandFailure(exitCode.failed, `What answers at ${collector.url} has no live stream.`, 'Check --url.')
    }
    await onOpen()
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        watch.refresh()
        controller.enqueue(chunk)
      },
    })
    const events = response.body
      .pipeThrough(heard)
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream({ maxBufferSize: 16 << 20 }))
    for await (const { event, data } of events) {
      if (event !== 'runs') continue
      const change = changeSchema.safeParse(parsed(data))
      if (change.success) await onChange(change.data.traceIds)
    }
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause
    // cut off, silent or torn: the caller connects again
  } finally {
    clearTimeout(watch)
    silence.abort()
  }
}

function createFollower(collector: Collector, terminal: Terminal, options: TailOptions) {
  /** Spans that a run had when it was last shown. */
  const shown = new Map<string, number>()
  /** The same of runs that were there before we came: they are shown when they change, and after a gap if they changed in it. */
  let old: ReadonlyMap<string, number> = new Map()

  const ask = async (parameters: Record<string, string>): Promise<readonly (readonly [Run, unknown])[]> => {
    const search = searchOf(options)
    for (const [name, value] of Object.entries(parameters)) search.set(name, value)
    const { value, raw } = await collector.ask(runPageSchema, '/api/runs', search)
    return value.runs.map((run, at) => [run, (raw as { runs: unknown[] }).runs[at]] as const).reverse()
  }
  const show = ([run, raw]: readonly [Run, unknown]) => {
    const before = shown.get(run.traceId)
    if (before === run.spanCount) return
    shown.delete(run.traceId)
    shown.set(run.traceId, run.spanCount)
    if (shown.size > REMEMBERED) shown.delete(shown.keys().next().value ?? '')
    if (options.json) terminal.printJson(raw)
    else terminal.print([tailLine(run, before, terminal)])
  }
  return {
    async catchUp(afterGap: boolean): Promise<void> {
      const newest = await ask({ limit: PAGE })
      if (afterGap) for (const each of newest) if (old.get(each[0].traceId) !== each[0].spanCount) show(each)
      old = new Map(newest.map(([run]) => [run.traceId, run.spanCount]))
    },
    async changed(traceIds: readonly string[]): Promise<void> {
      const wanted = new Set(traceIds)
      for (const each of await ask({ limit: PAGE })) if (wanted.delete(each[0].traceId)) show(each)
      for (const traceId of wanted) {
        for (const each of await ask({ limit: '1', q: traceId })) if (each[0].traceId === traceId) show(each)
      }
    },
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
