/** What the provider's model says: it reads the messages, as a model would, and plays its part of either desk. */
import { orders, tickets } from './tickets.ts'

export interface Message {
  readonly role: string
  readonly content?: string | null
}

export interface Answer {
  readonly status: 200 | 429 | 500
  readonly text: string
  readonly reasoning: number
  readonly tool?: { readonly name: string; readonly args: object } | undefined
}

const say = (text: string, reasoning = 0): Answer => ({ status: 200, text, reasoning })
const call = (name: string, args: object): Answer => ({ status: 200, text: '', reasoning: 24, tool: { name, args } })
const refuse = (status: 429 | 500): Answer => ({ status, text: '', reasoning: 0 })

/** `attempt` counts how often this very question was asked; `seed` only changes the score that a review gives. */
export function answerTo(messages: readonly Message[], attempt: number, seed: number): Answer {
  const text = messages.map(({ content }) => content ?? '').join('\n')
  const part = /You are the (\w+) agent/.exec(text)?.[1]
  const ticket = tickets.find(({ id }) => text.includes(id)) ?? tickets[0]!
  const results = messages.filter(({ role }) => role === 'tool')
  const order = orders.find(({ id }) => id === ticket.order)

  switch (part) {
    case 'triage': {
      const category = ticket.refund ? 'refund' : 'delivery'
      // one answer that does not fit its schema, until it is told so
      if (ticket.id === 'T-1004' && !text.includes('does not fit'))
        return say(JSON.stringify({ category, priority: 'as soon as possible', mood: 'annoyed' }))
      return say(JSON.stringify({ category, priority: ticket.refund ? 'high' : 'normal' }))
    }

    case 'research':
      // the two lines of trouble that the demo is for: a limit that a retry gets past, and a failure that none does
      if (ticket.id === 'T-1003' && attempt === 1) return refuse(429)
      if (ticket.id === 'T-1004') return refuse(attempt === 1 ? 429 : 500)
      return say(
        `The handbook covers "${ticket.subject}". Follow it, check the order first, and tell the customer by when.`,
        64,
      )

    case 'resolution':
      if (results.length === 0) return call('lookup_order', { orderId: ticket.order })
      if (results.length === 1 && ticket.refund && order)
        return call('issue_refund', { orderId: order.id, amountUsd: order.totalUsd })
      if (!order) return say(`I could not find order ${ticket.order}. Could you check the number on your receipt?`)
      return say(
        ticket.refund
          ? `I am sorry about this. I have sent ${order.totalUsd} USD back to your card; it arrives within five working days.`
          : `Your order ${order.id} is ${order.status}. I have passed your request to the carrier and will write to you tomorrow.`,
      )

    case 'review': {
      const unsure = !order || text.includes('No research')
      const score = (unsure ? 0.3 : 0.88) + (seed % 10) / 100
      return say(JSON.stringify({ approved: !unsure, score: Number(score.toFixed(2)) }))
    }

    case 'news':
    case 'prices':
      return say(
        'Lamp prices fell by two per cent, after three weeks without a change. No shop has run out of stock.',
        40,
      )

    case 'crawler':
      // always one more to read: no two answers are the same, and none is the last
      return say(
        `Source ${Number(/Source (\d+) names/.exec(text)?.[1] ?? 0) + 1} names four others: a trade paper, two shops and a forum of collectors. None of them contradicts it, ` +
          'but the forum links to an older discussion with figures of last year, and the trade paper has an archive. ' +
          'I should read all of them before I answer, and whatever they lead to, or the report may be incomplete.',
        1150,
      )

    default:
      return say('I have no part in this.')
  }
}
