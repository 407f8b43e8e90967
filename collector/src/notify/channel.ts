import type { Alert } from '../alert.ts'

/** What a receiver is told at once: alerts of one group, those that fire first. */
export interface Notice {
  /** The same when it is sent again. */
  readonly id: string
  /** The labels that the group has in common. */
  readonly group: Readonly<Record<string, string>>
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly Alert[]
  readonly timeMs: number
}

/** One way to reach somebody. */
export interface Channel {
  /**
   * Resolves when the receiver has taken it.
   *
   * @throws DeliveryError
   */
  send(notice: Notice): Promise<void>
}

/** A notice that was not taken. The message names no secret: it is shown. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly retryable: boolean

  constructor(message: string, retryable: boolean) {
    super(message)
    this.retryable = retryable
  }
}
