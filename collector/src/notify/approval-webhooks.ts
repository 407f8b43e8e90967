/**
 * Tells receivers that a person is asked, with addresses at which the answer may be posted back without a key. Message and
 * addresses are signed by the same secret (Standard Webhooks); where there is none, there are no addresses.
 */
import { timingSafeEqual } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { WireApproval } from '@outrider/policies'
import { Webhook } from 'standardwebhooks'
import { DeliveryError } from './channel.ts'
import { type DialSettings, post } from './dial.ts'

interface ApprovalReceiver extends DialSettings {
  readonly url: string
  readonly secret: string | null
}

export interface ApprovalWebhooksParts {
  readonly receivers: readonly ApprovalReceiver[]
  /** Where people, and receivers, reach this collector. */
  readonly publicUrl: string
  readonly log: { warn(fields: object, text: string): void }
  /** Milliseconds since 1970. */
  now(): number
}

export interface ApprovalWebhooksSettings {
  /** Pauses between tries, milliseconds; then once a last time so often, until nobody can answer any more. */
  readonly pausesMs?: readonly number[]
}

export type Word = 'approve' | 'deny'

export interface ApprovalWebhooks {
  /** Sends it to every receiver, again and again until it is taken or over. The message keeps its ID. Never rejects. */
  tell(approval: WireApproval): Promise<void>
  /** Whether one of the receivers was given this address, and it is still good. */
  isSigned(id: string, word: Word, expires: string, signature: string): boolean
  /** Tells nobody any more. */
  close(): void
}

const PAUSES = [1000, 5000, 30_000, 120_000]

/** @throws Error for a secret that is none of Standard Webhooks */
export function createApprovalWebhooks(
  { receivers, publicUrl, log, now }: ApprovalWebhooksParts,
  { pausesMs = PAUSES }: ApprovalWebhooksSettings = {},
): ApprovalWebhooks {
  const closing = new AbortController()
  const known = receivers.map((receiver) => {
    return { ...receiver, signer: receiver.secret === null ? null : new Webhook(receiver.secret) }
  })

  async function tellOne(receiver: (typeof known)[number], approval: WireApproval): Promise<void> {
    const { signer, url } = receiver
    const until = Date.parse(approval.expiresAt)
    const body = JSON.stringify({
      type: 'approval.requested',
      timestamp: approval.askedAt,
      data: {
        approval,
        page: `${publicUrl}/runs/${approval.traceId}`,
        callbacks: signer && callbacksOf(signer, approval.id, until),
      },
    })
    for (let attempt = 0; now() < until && !closing.signal.aborted; attempt++) {
      try {
        const at = new Date(now())
        const signed = signer === null ? {} : { 'webhook-signature': signer.sign(approval.id, at, body) }
        const ids = { 'webhook-id': approval.id, 'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}` }
        return await post(url, body, { 'content-type': 'application/json', ...ids, ...signed }, receiver)
      } catch (cause) {
        const again = cause instanceof DeliveryError && cause.retryable
        log.warn({ err: cause, approval: approval.id, again }, 'a receiver was not told that a person is asked')
        if (!again) return
      }
      const wait = pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 0
      await pause(wait, undefined, { signal: closing.signal, ref: false }).catch(() => {})
    }
  }

  function callbacksOf(signer: Webhook, id: string, until: number): Readonly<Record<Word, string>> {
    const address = (word: Word) => {
      const expires = Math.floor(until / 1000)
      const query = new URLSearchParams({ expires: `${expires}`, signature: signatureOf(signer, id, word, expires) })
      return `${publicUrl}/v1/approvals/${id}/${word}?${query}`
    }
    return { approve: address('approve'), deny: address('deny') }
  }

  return {
    async tell(approval) {
      await Promise.all(known.map((receiver) => tellOne(receiver, approval)))
    },
    isSigned(id, word, expires, signature) {
      if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1000 <= now()) return false
      return known.some(
        ({ signer }) => signer !== null && same(signatureOf(signer, id, word, Number(expires)), signature),
      )
    },
    close: () => closing.abort(),
  }
}

const signatureOf = (signer: Webhook, id: string, word: Word, expires: number): string =>
  signer.sign(id, new Date(expires * 1000), word)

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
