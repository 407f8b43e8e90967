/** `GET /api/settings`: what the collector runs with, secrets masked. */
import type { Json } from '../api.ts'
import { type Answer, get } from '../request.ts'

export interface Settings {
  readonly startedAt: string
  readonly versions: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, Json>>
  readonly keys: readonly {
    readonly name: string
    readonly scopes: readonly string[]
    /** `null`: all tenants. */
    readonly tenant: string | null
    readonly expiresAt: string | null
  }[]
}

export const getSettings = (signal: AbortSignal): Promise<Answer<Settings>> => get('/api/settings', signal)
