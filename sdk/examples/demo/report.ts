/** A report by three agents at once. One of them never has enough, which is what a budget is for. */
import { DeniedError, outrider } from '@outrider/sdk'
import type OpenAI from 'openai'
import { ask, type Message, type Meter } from './ask.ts'

export interface Report {
  readonly traceId: string
  /** What the crawler had. */
  readonly budgetUsd: number
  /** The agents that came to an end of their own. */
  readonly finished: readonly string[]
  /** What stopped the crawler, and what it had done by then. */
  readonly stopped: { readonly denial: DeniedError; readonly calls: number; readonly millis: number }
}

/** USD: for the whole report, and of that for the crawler. */
const BUDGET = { report: 3, crawler: 1 } as const
const ROUNDS = 4

/** Rejects where the gate cannot be asked: a crawler like this must not go on without. */
export function report(client: OpenAI): Promise<Report> {
  const options = { user: 'u-kim', tenant: 'initech', session: 'M-1', tags: ['demo'], budgetUsd: BUDGET.report }
  return outrider.run('market-report', options, async (run) => {
    const [stopped, ...finished] = await Promise.all([
      crawl(client),
      sibling(client, 'news'),
      sibling(client, 'prices'),
    ])
    outrider.outcome('success')
    return { traceId: run.traceId, budgetUsd: BUDGET.crawler, finished, stopped }
  })
}

/** Follows every link it finds. Nothing in its code ends it: the gate does, when its own budget has no room for a call. */
async function crawl(client: OpenAI): Promise<Report['stopped']> {
  const start = performance.now()
  const meter: Meter = { calls: 0, tokens: 0 }
  try {
    return await outrider.agent('crawler', { budgetUsd: BUDGET.crawler }, async () => {
      const messages = brief('crawler', 'Read every source that the last one leads to.')
      for (;;) {
        const { text } = await ask({ client, ...MODEL.dear, messages, meter })
        messages.splice(2, 1, { role: 'assistant', content: text })
      }
    })
  } catch (error) {
    if (!(error instanceof DeniedError) || error.code === 'GATE_UNAVAILABLE') throw error
    // the call that was refused is no call
    return { denial: error, calls: meter.calls - 1, millis: performance.now() - start }
  }
}

async function sibling(client: OpenAI, name: 'news' | 'prices'): Promise<string> {
  await outrider.agent(name, async (agent) => {
    const messages = brief(name, 'Add one line to the report.')
    for (let round = 0; round < ROUNDS; round += 1) {
      const { text } = await ask({ client, ...MODEL.cheap, messages, meter: { calls: 0, tokens: 0 } })
      messages.push({ role: 'assistant', content: text })
    }
    agent.output(`${ROUNDS} lines`)
  })
  return name
}

const MODEL = {
  dear: { provider: 'anthropic', model: 'claude-opus-4-1' },
  cheap: { provider: 'openai', model: 'gpt-4o-mini' },
} as const

const brief = (role: string, task: string): Message[] => [
  { role: 'system', content: `You are the ${role} agent of a market desk. ${task}` },
  { role: 'user', content: 'What happened to lamp prices this week?' },
]
