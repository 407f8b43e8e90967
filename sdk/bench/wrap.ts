/**
 * What wrapping adds to a call of the openai client, beside the bare client and other wrappers, in turns in one process, so
 * that a busy machine slows all alike. The provider is a `fetch` that answers at the next turn: CPU is all that a call takes.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { outrider } from '@outrider/sdk'
import OpenAI from 'openai'

export interface WrapFigures {
  /** Microseconds of CPU of a bare call, median of the rounds. */
  readonly bareMicros: number
  /** Microseconds of CPU that each adds to it, median of the rounds' own differences. */
  readonly added: Readonly<Record<string, number>>
  /**
   * What asking the gate adds to the wait for a call, in what one question and one settle by the SDK's `guard` add to the
   * same call: median of the rounds' own ratios.
   */
  readonly roundTrips: number
  /** Other wrappers that are not installed here. */
  readonly missing: readonly string[]
}

export interface WrapSettings {
  /** @default 30 */
  readonly rounds?: number
  /** Calls a turn. @default 600 */
  readonly calls?: number
}

type Client = Pick<OpenAI, 'chat'>

const body = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(400) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
})
/** In a later turn, as a network does: what is freed at the end of a turn is freed. */
const answer = async () => {
  await setImmediate()
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}
const settings = { apiKey: 'none', baseURL: 'http://provider.invalid/v1', fetch: answer, maxRetries: 0 }
const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,aGk=', detail: 'low' as const } }

const model = 'gpt-4o-mini'
const request = (content: string | [typeof image]) => ({
  model,
  max_completion_tokens: 20,
  messages: [{ role: 'user' as const, content }],
})
const ask = (client: Client, content: string | [typeof image]) => client.chat.completions.create(request(content))

/** Rounds that are not counted: an engine compiles what it has run a few thousand times. */
const WARM = 12

/** Starts the SDK for the time it runs, so call it in a process where nothing else traces. Needs a real collector. */
export async function measureWrap(
  collector: string,
  { rounds = 30, calls = 600 }: WrapSettings = {},
): Promise<WrapFigures> {
  // spans are made and not sent, by all: what sending costs is measured beside
  process.env.OTEL_TRACES_EXPORTER = 'none'
  await using _ = outrider.start({ service: 'wrap-bench', collector, onUnavailable: 'deny', leaseUsd: 100 })
  const text = 'x'.repeat(400)
  const of = (client: Client) => () => ask(client, text)
  const { peers, missing } = await others()
  const turns: Record<string, () => Promise<unknown>> = {
    bare: of(new OpenAI(settings)),
    'without gate': of(outrider.wrap(new OpenAI(settings), { gate: false })),
    'with a lease': of(outrider.wrap(new OpenAI(settings))),
    ...Object.fromEntries(Object.entries(peers).map(([name, client]) => [name, of(client)])),
  }
  const asked = outrider.wrap(new OpenAI(settings))
  const unasked = new OpenAI(settings)
  const trips = {
    'without us': () => ask(unasked, [image]),
    // what goes into an image nobody here can bound, so no lease pays for it
    'with gate': () => ask(asked, [image]),
    'round trip': () =>
      outrider.guard({ provider: 'openai', body: request([image]), model, maxOutputTokens: 20 }, async (call) => {
        await ask(unasked, [image])
        call.usage({ inputTokens: 100, outputTokens: 20 })
      }),
  }

  const turn = async (times: number, once: () => Promise<unknown>) => {
    const before = process.cpuUsage()
    for (let call = 0; call < times; call += 1) await once()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / times
  }
  const waited = async (times: number, once: () => Promise<unknown>) => {
    const start = performance.now()
    for (let call = 0; call < times; call += 1) await once()
    return ((performance.now() - start) * 1000) / times
  }
  const taken: Record<string, number>[] = []
  await outrider.run('bench', async () => {
    for (let round = -Math.min(WARM, rounds); round < rounds; round += 1) {
      const micros: Record<string, number> = {}
      for (const [name, once] of Object.entries(turns)) micros[name] = await turn(calls, once)
      for (const [name, once] of Object.entries(trips)) micros[name] = await waited(Math.ceil(calls / 30), once)
      if (round >= 0) taken.push(micros)
    }
  })
  const middle = (read: (micros: Record<string, number>) => number) => median(taken.map(read))
  const names = Object.keys(turns).filter((name) => name !== 'bare')
  return {
    bareMicros: middle(({ bare = Number.NaN }) => bare),
    added: Object.fromEntries(
      names.map((name) => [name, middle((micros) => (micros[name] ?? Number.NaN) - (micros.bare ?? 0))]),
    ),
    roundTrips: middle(
      (micros) =>
        ((micros['with gate'] ?? Number.NaN) - (micros['without us'] ?? 0)) /
        ((micros['round trip'] ?? Number.NaN) - (micros['without us'] ?? 0)),
    ),
    missing,
  }
}

const PEERS = new URL('peers/', import.meta.url)

/** `npm install --prefix sdk/bench/peers` brings them; without them only our own figures are taken. */
async function others(): Promise<{ readonly peers: Record<string, Client>; readonly missing: readonly string[] }> {
  const require = createRequire(new URL('package.json', PEERS))
  const load = async (name: string) => (await import(require.resolve(name))) as Record<string, unknown>
  if (!existsSync(new URL('node_modules', PEERS))) return { peers: {}, missing: ['Langfuse', 'LangSmith', 'Traceloop'] }
  const peers: Record<string, Client> = {}
  const missing: string[] = []
  const add = async (name: string, make: () => Promise<Client>) => {
    try {
      peers[name] = await make()
    } catch (error) {
      missing.push(`${name} (${error instanceof Error ? error.message.split('\n', 1)[0] : 'not loaded'})`)
    }
  }
  await add('Langfuse', async () => {
    const { observeOpenAI } = (await load('@langfuse/openai')) as { observeOpenAI: (client: OpenAI) => Client }
    return observeOpenAI(new OpenAI(settings))
  })
  await add('LangSmith', async () => {
    process.env.LANGSMITH_TRACING = 'true'
    const { wrapOpenAI } = (await load('langsmith/wrappers')) as {
      wrapOpenAI: (client: OpenAI, options: object) => Client
    }
    const { Client: Sender } = (await load('langsmith')) as { Client: new (options: object) => object }
    const client = new Sender({
      apiKey: 'none',
      apiUrl: 'http://sink.invalid',
      fetchImplementation: async () => new Response('{}'),
    })
    return wrapOpenAI(new OpenAI(settings), { client })
  })
  await add('Traceloop', async () => {
    const { OpenAIInstrumentation } = (await load('@traceloop/instrumentation-openai')) as {
      OpenAIInstrumentation: new () => { manuallyInstrument(module: unknown): void }
    }
    // it patches the class, so it has a copy of its own
    const module = (await load('openai')) as { OpenAI: typeof OpenAI }
    new OpenAIInstrumentation().manuallyInstrument(module.OpenAI)
    return new module.OpenAI(settings)
  })
  return { peers, missing }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
