/** `POST /v1/approvals/{id}/approve|deny`: the word that comes back to the signed address of a webhook. Needs no key. */
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { fieldRefusal } from '../field-refusal.ts'
import type { ApprovalWebhooks, Word } from './approval-webhooks.ts'

export interface CallbackParts {
  readonly webhooks: Pick<ApprovalWebhooks, 'isSigned'>
  /** The first word stands. Rejects as `/api/approvals` does. */
  answer(id: string, word: Word, said: { readonly by: string; readonly reason: string }): Promise<object>
}

const bodySchema = z.strictObject({
  by: z
    .string('is not a text')
    .min(1, 'is empty')
    .max(128, 'is longer than 128 characters')
    .default('webhook')
    .meta({ description: 'Who.', example: 'dana' }),
  reason: z
    .string('is not a text')
    .max(1000, 'is longer than 1000 characters')
    .default('')
    .meta({ description: 'Why.', example: 'the customer called' }),
})
const querySchema = z.object({ expires: z.string(), signature: z.string() })

interface One {
  Params: { readonly id: string }
}

/** Only POST: what looks into links (mail, chats) must not decide. */
export function approvalCallback({ webhooks, answer }: CallbackParts): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(() => () => true)
    for (const word of ['approve', 'deny'] as const) {
      app.post<One>(
        `/v1/approvals/:id/${word}`,
        { config: { scope: 'public' }, schema: documentation[word] },
        async (request) => {
          const { id } = request.params
          const query = querySchema.safeParse(request.query)
          const signed = query.success && webhooks.isSigned(id, word, query.data.expires, query.data.signature)
          if (!signed) {
            const message = 'This address is not signed for that word, or its time is over.'
            throw new OutriderError('OUT_SIGNATURE_INVALID', message, { field: 'signature' })
          }
          const given = request.body ?? {}
          const body = bodySchema.safeParse(given)
          if (!body.success) throw fieldRefusal(body.error, given)
          return await answer(id, word, body.data)
        },
      )
    }
  }
}

const doc = (summary: string) => ({
  summary,
  description: 'The address is one of `callbacks` in the webhook `approval.requested`, as it stands there.',
  tags: ['approvals'],
  params: {
    type: 'object',
    properties: { id: { type: 'string', description: 'The approval.', example: 'apr_8f14e45fceea167a5a36dedd' } },
  },
  body: z.toJSONSchema(bodySchema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }),
})
const documentation = { approve: doc('A signed yes.'), deny: doc('A signed no.') }
