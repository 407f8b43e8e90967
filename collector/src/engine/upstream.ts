import type { Answer } from './chdb.ts'
import { Refusal } from './failure.ts'

/** A ClickHouse server, as far as one statement needs it. */
export interface Upstream {
  /**
   * Runs one statement with settings of its own. The server ends it when `signal` fires. Rejects with the server's own
   * words, or with a Refusal (`210`) when it does not answer.
   */
  ask(sql: string, how: Asking, signal: AbortSignal): Promise<Answer>
}

interface Asking {
  readonly format: string
  readonly database?: string
  readonly settings: Readonly<Record<string, string | number>>
  /** `param_*` without the prefix, as they came. */
  readonly parameters?: ReadonlyMap<string, string>
}

export interface UpstreamSettings {
  readonly url: string
  readonly username: string
  readonly password: string
}

export function createUpstream({ url, username, password }: UpstreamSettings): Upstream {
  return {
    async ask(sql, { format, database, settings, parameters = new Map() }, signal) {
      const address = new URL(url)
      const set = (name: string, value: string | number) => address.searchParams.set(name, String(value))
      set('default_format', format)
      set('enable_http_compression', 1)
      if (database !== undefined) set('database', database)
      for (const [name, value] of Object.entries(settings)) set(name, value)
      for (const [name, value] of parameters) set(`param_${name}`, value)
      const headers = { 'x-clickhouse-user': username, 'x-clickhouse-key': password, 'content-type': 'text/plain' }
      const answer = await fetch(address, { method: 'POST', headers, body: sql, signal }).catch((cause: unknown) => {
        if (signal.aborted) throw cause
        throw new Refusal(210, 'NETWORK_ERROR', 'The ClickHouse server does not answer: ask again in a moment')
      })
      const bytes = Buffer.from(await answer.arrayBuffer())
      if (!answer.ok) throw new Error(bytes.toString('utf8').trim())
      return { bytes, ...summaryOf(answer.headers.get('x-clickhouse-summary')) }
    },
  }
}

/** A server may leave it out; then nothing is known. */
function summaryOf(text: string | null): Omit<Answer, 'bytes'> {
  const told: unknown = text === null ? {} : JSON.parse(text)
  const number = (name: string) => {
    const value = typeof told === 'object' && told !== null ? (told as Record<string, unknown>)[name] : undefined
    return Number(value ?? 0)
  }
  return {
    elapsedSeconds: number('elapsed_ns') / 1e9,
    rowsRead: number('read_rows'),
    bytesRead: number('read_bytes'),
  }
}
