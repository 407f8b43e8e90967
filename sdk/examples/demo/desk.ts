/** The support desk: four agents, one after the other. This is the file to read first. */
import { outrider } from '@outrider/sdk'
import type OpenAI from 'openai'
import { type Answer, ask, type Message, type Meter } from './ask.ts'
import { askFitting } from './repair.ts'
import { search } from './search.ts'
import type { Ticket } from './tickets.ts'
import { tools, use } from './tools.ts'

export interface Handled {
  readonly traceId: string
  readonly outcome: 'success' | 'escalated'
  /** The agents that worked on it, in order; a failed one ends with `✗`. */
  readonly agents: readonly string[]
  readonly calls: number
  readonly tokens: number
  /** What the guards did, for whoever watches. */
  readonly caught: readonly string[]
}

/** One ticket is one run. Rejects only where triage, resolution or review cannot reach a model. */
export function handle(ticket: Ticket, client: OpenAI): Promise<Handled> {
  const { user, tenant, id } = ticket
  return outrider.run(
    'support-ticket',
    { user, tenant, session: id, tags: ['demo'], promptVersion: '7', input: ticket.body },
    async (run) => {
      const desk = createDesk(ticket, client)
      const kind = await desk.triage()
      const notes = await desk.research(kind)
      const reply = await desk.resolve(notes)
      const review = await desk.review(notes, reply)

      outrider.score('reply quality', review.score, { label: review.approved ? 'approved' : 'rejected' })
      const outcome = review.approved ? 'success' : 'escalated'
      outrider.outcome(outcome)
      run.output(review.approved ? reply : 'A colleague will write to you today.')
      return { traceId: run.traceId, outcome, ...desk.work() } as const
    },
  )
}

const NO_NOTES = 'No research: the handbook could not be read.'
const MAX_TURNS = 5

/** What triage answers, as JSON. */
const TRIAGE = {
  type: 'object',
  required: ['category', 'priority'],
  properties: { category: { enum: ['refund', 'delivery'] }, priority: { enum: ['low', 'normal', 'high'] } },
  additionalProperties: false,
} as const

function createDesk(ticket: Ticket, client: OpenAI) {
  const agents: string[] = []
  const caught: string[] = []
  const meter: Meter = { calls: 0, tokens: 0 }

  const brief = (role: string, task: string): Message[] => [
    { role: 'system', content: `You are the ${role} agent of a support desk. ${task}` },
    { role: 'user', content: `Ticket ${ticket.id}: ${ticket.subject}\n${ticket.body}` },
  ]
  const openai = (model: string, messages: readonly Message[]) =>
    ask({ client, provider: 'openai', model, messages, meter })

  return {
    work: () => ({ agents, caught, ...meter }),

    triage: () =>
      outrider.agent('triage', async () => {
        agents.push('triage')
        const messages = brief('triage', 'Answer as JSON: category, priority.')
        const asked = { client, provider: 'openai', model: 'gpt-4o-mini', messages, meter } as const
        const { value, problems } = await askFitting({ ...asked, schema: TRIAGE })
        if (problems.length > 0) caught.push(`an answer was repaired: ${problems.join(' ')}`)
        return (value as { readonly category: string }).category
      }),

    /** The desk goes on without notes where no model answers: the run shows the agent that failed and the run that did not. */
    research: async (kind: string): Promise<string> => {
      try {
        return await outrider.agent('research', { version: '2' }, async () => {
          const { found, blocked } = await search(client, `${kind} ${ticket.body}`, meter)
          if (blocked.length > 0) caught.push(`kept from the model: ${blocked.join(', ')}`)
          const { text } = await openai('gpt-4.1', [
            ...brief('research', 'Say in two sentences what to do, by the handbook only.'),
            { role: 'user', content: found.map((article) => article.text).join('\n') },
          ])
          agents.push('research')
          return text
        })
      } catch {
        agents.push('research ✗')
        return NO_NOTES
      }
    },

    resolve: (notes: string) =>
      outrider.agent('resolution', { input: notes }, async (agent) => {
        agents.push('resolution')
        const messages = [
          ...brief('resolution', 'Use the tools, then write to the customer.'),
          { role: 'user', content: notes } as const,
        ]
        for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
          const answer = await ask({
            client,
            provider: 'anthropic',
            model: 'claude-sonnet-4-5',
            messages,
            tools,
            meter,
          })
          if (answer.toolCalls.length === 0) {
            agent.output(answer.text)
            return answer.text
          }
          messages.push(turnOf(answer), ...answer.toolCalls.map(use))
        }
        agent.stop('max_turns')
        return 'We need a little longer.'
      }),

    review: (notes: string, reply: string) =>
      outrider.agent('review', async (): Promise<{ approved: boolean; score: number }> => {
        agents.push('review')
        const { text } = await openai('gpt-4.1-mini', [
          ...brief('review', 'Judge the reply. Answer as JSON: approved, score from 0 to 1.'),
          { role: 'user', content: `Notes: ${notes}\nReply: ${reply}` },
        ])
        return JSON.parse(text)
      }),
  }
}

function turnOf({ text, toolCalls }: Answer): Message {
  const calls = toolCalls.map(
    ({ id, name, args }) => ({ id, type: 'function', function: { name, arguments: args } }) as const,
  )
  return { role: 'assistant', content: text || null, tool_calls: calls }
}
