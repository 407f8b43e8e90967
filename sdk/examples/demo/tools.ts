/** What the resolution agent may do. */
import { outrider } from '@outrider/sdk'
import type OpenAI from 'openai'
import type { Message, ToolCall } from './ask.ts'
import { orders } from './tickets.ts'

const REFUND_LIMIT_USD = 100

interface OrderArgs {
  readonly orderId: string
}

const actions = {
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

/** Does what the model asked for. A tool that fails tells the model so; the span keeps the error. */
export function use({ id, name, args }: ToolCall): Message {
  try {
    const result = outrider.tool(name, { args, callId: id }, (tool) => {
      if (!Object.hasOwn(actions, name)) throw new RangeError(`there is no tool ${name}`)
      const result = actions[name as keyof typeof actions](JSON.parse(args))
      tool.output(result)
      return result
    })
    return { role: 'tool', tool_call_id: id, content: JSON.stringify(result) }
  } catch (error) {
    return { role: 'tool', tool_call_id: id, content: `failed: ${error instanceof Error ? error.message : 'unknown'}` }
  }
}

const orderId = { type: 'string', description: 'As printed on the receipt, e.g. O-501' }

/** What the model is told of them. */
export const tools: readonly OpenAI.ChatCompletionTool[] = [
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
