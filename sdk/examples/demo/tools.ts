/** What the resolution agent may do. */
import type OpenAI from 'openai'
import { orders } from './tickets.ts'

const REFUND_LIMIT_USD = 100

interface OrderArgs {
  readonly orderId: string
}

export const tools = {
  lookup_order({ orderId }: OrderArgs) {
    const order = orders.find(({ id }) => id === orderId)
    if (order === undefined) throw new RangeError(`there is no order ${orderId}`)
    return order
  },
  issue_refund({ orderId, amountUsd }: OrderArgs & { readonly amountUsd: number }) {
    if (amountUsd > REFUND_LIMIT_USD) throw new RangeError(`a refund above ${REFUND_LIMIT_USD} USD needs approval`)
    return { orderId, amountUsd, state: 'sent' }
  },
}

export type ToolName = keyof typeof tools

const orderId = { type: 'string', description: 'As printed on the receipt, e.g. O-501' }

export const toolSchemas: readonly OpenAI.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'lookup_order',
      description: 'Reads an order',
      parameters: { type: 'object', properties: { orderId }, required: ['orderId'] },
    },
  },
  {
    type: 'function',
    function: {
      name: 'issue_refund',
      description: `Sends money back, at most ${REFUND_LIMIT_USD} USD`,
      parameters: {
        type: 'object',
        properties: { orderId, amountUsd: { type: 'number' } },
        required: ['orderId', 'amountUsd'],
      },
    },
  },
]
