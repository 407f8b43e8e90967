/** Frameworks on the real guards, with nothing configured: what reaches the application is what the policy lets through. */
import { ChatOpenAI } from '@langchain/openai'
import { Agent, OpenAIProvider, Runner, setTracingDisabled } from '@openai/agents'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { governedFetch } from './src/fetch/index.ts'
import { type Handle, outrider } from './src/index.ts'
import { governed } from './src/langchain/index.ts'
import { governed as governedProvider } from './src/openai-agents/index.ts'
import { majors } from './test/ai-majors.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { type ProviderStub, startProviderStub } from './test/provider-stub.ts'

const SECRET = 'ada@example.org'
const HIDDEN = 'Write to <EMAIL_ADDRESS> or come by.'

let collector: Collector
let provider: ProviderStub
let handle: Handle

beforeAll(async () => {
  collector = await startCollector()
  provider = await startProviderStub()
  provider.words = ['Write ', 'to ', 'ada@', 'example', '.org ', 'or ', 'come ', 'by.']
  handle = outrider.start({ collector: collector.url, onUnavailable: 'deny', gateTimeoutMs: 10_000 })
  setTracingDisabled(true)
})
afterAll(async () => {
  await handle.shutdown()
  await provider[Symbol.asyncDispose]()
  await collector[Symbol.asyncDispose]()
})

const major = (number: number) => {
  const found = majors(provider.url, true).find((each) => each.major === number)
  if (found === undefined) throw new Error(`no major ${number}`)
  return found
}
const chat = (useResponsesApi: boolean) => {
  const configuration = { baseURL: `${provider.url}/v1` }
  return governed(new ChatOpenAI({ model: 'gpt-4o', apiKey: 'none needed', useResponsesApi, configuration }))
}
const agent = new Agent({ name: 'writer', model: 'gpt-4o' })
const runner = (useResponses: boolean) => {
  const settings = { baseURL: `${provider.url}/v1`, apiKey: 'none needed', useResponses }
  return new Runner({ modelProvider: governedProvider(new OpenAIProvider(settings)) })
}
const post = (body: object) =>
  governedFetch()(`${provider.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) })
const asked = { model: 'gpt-4o', messages: [{ role: 'user', content: 'How?' }] }

/** Everything that the application could see of an answer, and its text. */
interface Seen {
  readonly text: string
  readonly all: unknown
}

const ways: readonly (readonly [string, () => Promise<Seen>])[] = [
  ...[5, 6, 7].flatMap((number): [string, () => Promise<Seen>][] => [
    [
      `ai ${number}`,
      async () => {
        const all = await major(number).generate('gpt-4o', { prompt: 'How?' })
        return { text: all.text, all }
      },
    ],
    [
      `ai ${number}, streamed`,
      async () => {
        const all = await Array.fromAsync(major(number).stream('gpt-4o', { prompt: 'How?' }))
        const text = all.map((part) => ('text' in part && part.type === 'text-delta' ? part.text : '')).join('')
        return { text, all }
      },
    ],
  ]),
  ...[false, true].flatMap((responses): [string, () => Promise<Seen>][] => [
    [
      `LangChain, responses ${responses}`,
      async () => {
        const all = await chat(responses).invoke('How?')
        return { text: all.text, all }
      },
    ],
    [
      `LangChain, streamed, responses ${responses}`,
      async () => {
        const all = await Array.fromAsync(await chat(responses).stream('How?'))
        return { text: all.map((chunk) => chunk.text).join(''), all }
      },
    ],
    [
      `OpenAI Agents, responses ${responses}`,
      async () => {
        const all = await runner(responses).run(agent, 'How?')
        return { text: String(all.finalOutput), all: [all.output, all.rawResponses] }
      },
    ],
    [
      `OpenAI Agents, streamed, responses ${responses}`,
      async () => {
        const stream = await runner(responses).run(agent, 'How?', { stream: true })
        const all = await Array.fromAsync(stream)
        return { text: String(stream.finalOutput), all }
      },
    ],
  ]),
  [
    'fetch',
    async () => {
      const all = (await (await post(asked)).json()) as { choices: { message: { content: string } }[] }
      return { text: all.choices[0]?.message.content ?? '', all }
    },
  ],
]

it.each(ways)('%s', async (_, way) => {
  const { text, all } = await way()
  expect(text).toBe(HIDDEN)
  const seen = new WeakSet()
  const shown = JSON.stringify(all, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if (seen.has(value)) return undefined
    seen.add(value)
    return value
  })
  expect(shown).not.toContain(SECRET)
})
