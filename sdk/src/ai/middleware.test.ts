/** The real AI SDK, majors 5 to 7, bare and guarded, on a provider that keeps its bill and the wire of a gate. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createProvider, type Provider } from '../../../collector/capture/provider.ts'
import { majors } from '../../test/ai-majors.ts'
import { DENIED, type GateStub, startGate } from '../../test/gate-stub.ts'
import { startStalled } from '../../test/stalled.ts'
import { type Handle, outrider } from '../index.ts'

let provider: Provider
let gate: GateStub
let handle: Handle

beforeAll(async () => {
  provider = await createProvider()
})
afterAll(() => provider.close())
beforeEach(async () => {
  gate = await startGate()
  handle = outrider.start({ collector: gate.url, onUnavailable: 'deny' })
})
afterEach(async () => {
  await handle.shutdown()
  await gate[Symbol.asyncDispose]()
})

const list = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const each of stream) all.push(each)
  return all
}

/** What differs from call to call. */
const steady = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      /^(id|callId|toolCallId|timestamp|date|created|headers|usage|totalUsage|raw|body|request|performance|.*Ms|.*Tokens|.*TokenDetails|warnings)$/i.test(
        key,
      )
        ? undefined
        : each,
    ),
  )

const errorOf = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work()
    return 'no error'
  } catch (error) {
    return error
  }
}

/** As a caller sees an error: its class, its own properties but for times. */
const shown = (error: unknown) => ({
  name: (error as Error).name,
  message: (error as Error).message,
  keys: Object.keys(error as object).toSorted(),
  proto: Object.getPrototypeOf(error).constructor.name,
})

describe.each([5, 6, 7])('ai %i', (major) => {
  const at = (guarded: boolean) => {
    const found = majors(provider.url, guarded).find((each) => each.major === major)
    if (found === undefined) throw new Error(`no major ${major}`)
    return found
  }
  const settled = () => gate.settles.map(({ usage, status, finishReason }) => ({ ...usage, status, finishReason }))
  const billed = (from: number) =>
    provider.log.slice(from).map(({ input, output, cacheRead, reasoning, finish }) => ({
      inputTokens: input,
      outputTokens: output,
      cacheReadTokens: cacheRead,
      reasoningTokens: reasoning,
      status: 'ok',
      // version 2 of the contract has a word of its own
      finishReason: major === 5 ? finish?.replace('_', '-') : finish,
    }))

  it('asks, clamps, and settles with what was billed: a loop of tools', async () => {
    gate.answer = () => ({ maxOutputTokens: 77 })
    const from = provider.log.length
    await at(true).generate('gpt-5', { prompt: 'The weather?', tools: true, maxOutputTokens: 900 })
    await handle.flush()
    expect(gate.checks).toMatchObject([
      { kind: 'model', provider: 'openai', model: 'gpt-5', maxOutputTokens: 900 },
      { kind: 'model', provider: 'openai', model: 'gpt-5', maxOutputTokens: 900 },
    ])
    expect(settled()).toMatchObject(billed(from))
    expect(provider.log.slice(from)).toHaveLength(2)
  })

  it('settles a stream with what was billed', async () => {
    const from = provider.log.length
    await list(at(true).stream('gpt-4o', { prompt: 'The weather?' }))
    await handle.flush()
    expect(settled()).toMatchObject(billed(from))
  })

  it('is the same as bare: results, parts of a stream, errors', async () => {
    const [bare, guarded] = [at(false), at(true)]
    const prompt = 'The weather?'
    const ask = { prompt, tools: true }
    expect(steady(await guarded.generate('gpt-4o', ask))).toEqual(steady(await bare.generate('gpt-4o', ask)))
    expect(steady(await list(guarded.stream('gpt-4o', { prompt })))).toEqual(
      steady(await list(bare.stream('gpt-4o', { prompt }))),
    )
    for (const model of ['gpt-4o-context', 'gpt-4o-fail']) {
      const failing = { prompt, maxRetries: 0 }
      const [one, other] = [
        await errorOf(() => guarded.generate(model, failing)),
        await errorOf(() => bare.generate(model, failing)),
      ]
      expect(shown(one)).toEqual(shown(other))
      expect(steady(await list(guarded.stream(model, failing)))).toEqual(
        steady(await list(bare.stream(model, failing))),
      )
    }
  })

  it('a refusal calls nobody: generateText rejects with it, streamText hands it on', async () => {
    gate.answer = () => DENIED
    const from = provider.log.length
    await expect(at(true).generate('gpt-4o', { prompt: 'hi' })).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    const parts = await list(at(true).stream('gpt-4o', { prompt: 'hi' }))
    expect(parts).toContainEqual(
      expect.objectContaining({ type: 'error', error: expect.objectContaining({ code: 'BUDGET_EXCEEDED' }) }),
    )
    expect(provider.log.length).toBe(from)
  })

  it('gives back what a refused or failed request held, each attempt its own', async () => {
    await errorOf(() => at(true).generate('gpt-4o-context', { prompt: 'hi' }))
    await list(at(true).stream('gpt-4o-context', { prompt: 'hi' }))
    const flaky = `gpt-4o-${major}-flaky`
    await at(true).generate(flaky, { prompt: 'hi' })
    await handle.flush()
    expect(gate.checks).toHaveLength(4)
    expect(gate.releases).toHaveLength(3)
    expect(settled()).toMatchObject([{ status: 'ok' }])
  })

  it('calls the model that a degraded verdict names', async () => {
    gate.answer = () => ({ decision: 'degrade', model: 'gpt-4o-mini' })
    const from = provider.log.length
    await at(true).generate('gpt-4o', { prompt: 'hi' })
    await list(at(true).stream('gpt-4o', { prompt: 'hi' }))
    expect(provider.log.slice(from).map(({ model }) => model)).toEqual(['gpt-4o-mini', 'gpt-4o-mini'])
  })

  it('an abort in mid-stream ends the call and settles it, also where nobody reads on', async () => {
    await using stalled = await startStalled()
    const stopper = new AbortController()
    const guarded = majors(stalled.url, true).find((each) => each.major === major)
    const ask = { prompt: 'hi', abortSignal: stopper.signal }
    const parts = guarded?.stream('gpt-4o', ask)[Symbol.asyncIterator]()
    for (let type = ''; type !== 'text-delta'; ) type = (await parts?.next())?.value?.type ?? 'text-delta'
    stopper.abort()
    await gate.reached('settles', 1)
    expect(gate.settles).toMatchObject([{ status: 'cancelled' }])
  })

  it('a provider that hangs up in mid-stream: the same error as bare, and the hold is settled', async () => {
    await using stalled = await startStalled()
    const ending = async (guarded: boolean) => {
      const parts = majors(stalled.url, guarded)
        .find((each) => each.major === major)
        ?.stream('gpt-4o', { prompt: 'hi' })
      const types: string[] = []
      try {
        for await (const { type } of parts ?? []) {
          types.push(type)
          if (type === 'text-delta') stalled.hangUp()
        }
      } catch (error) {
        types.push((error as Error).message)
      }
      return types
    }
    expect(await ending(true)).toEqual(await ending(false))
    await gate.reached('settles', 1)
    expect(gate.settles).toMatchObject([{ status: 'error' }])
  })
})
