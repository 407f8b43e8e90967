/** The collector, seen from the command line: questions in, checked answers or a `CommandFailure` out. */
import type { z } from 'zod'
import { refusalSchema } from './answers.ts'
import { CommandFailure, exitCode } from './failure.ts'

export interface Collector {
  readonly url: string
  /** The checked answer, and the same with every field that came. */
  ask<T>(schema: z.ZodType<T>, path: string, search?: URLSearchParams): Promise<{ value: T; raw: unknown }>
  /** The answer to a POST whatever its status; rejects when there is none, and for a refused key. */
  post(path: string, type: string, body: Uint8Array | string): Promise<Response>
  /** Changes something; the checked answer, and the same with every field that came. Rejects as `ask` does. */
  change<T>(
    schema: z.ZodType<T>,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: object,
  ): Promise<{ value: T; raw: unknown }>
  /** An open answer, for streams. Rejects as `ask` does. */
  open(path: string, accept: string, signal: AbortSignal): Promise<Response>
}

export interface CollectorSettings {
  /** Milliseconds in which an answer must be complete. @default 60_000 */
  readonly timeoutMs?: number
}

export function createCollector(url: string, key: string | null, settings: CollectorSettings = {}): Collector {
  const { timeoutMs = 60_000 } = settings
  const base = parseUrl(url)
  const headers = key === null ? {} : { authorization: `Bearer ${key}` }

  async function send(path: string, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      // a redirect would carry the key and the data to a place that nobody named
      response = await fetch(`${base}${path}`, { ...init, headers: { ...headers, ...init.headers }, redirect: 'error' })
    } catch (cause) {
      throw unreachable(base, cause)
    }
    if (response.status === 401 || response.status === 403) throw await refusal(response)
    return response
  }

  const within = () => AbortSignal.timeout(timeoutMs)
  async function checked<T>(schema: z.ZodType<T>, response: Response): Promise<{ value: T; raw: unknown }> {
    if (!response.ok) throw await refusal(response)
    const raw = await bodyOf(response, base)
    const parsed = schema.safeParse(raw)
    if (!parsed.success) throw stranger(base)
    return { value: parsed.data, raw }
  }
  return {
    url: base,
    async ask(schema, path, search) {
      const query = search === undefined || search.size === 0 ? '' : `?${search}`
      const headers = { accept: 'application/json' }
      return checked(schema, await send(`${path}${query}`, { headers, signal: within() }))
    },
    async change(schema, method, path, given) {
      const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(given) }
      return checked(schema, await send(path, { ...init, signal: within() }))
    },
    post: (path, type, body) => {
      return send(path, { method: 'POST', headers: { 'content-type': type }, body, signal: within() })
    },
    async open(path, accept, signal) {
      const response = await send(path, { headers: { accept }, signal })
      if (!response.ok) throw await refusal(response)
      return response
    },
  }
}

function parseUrl(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol) || parsed.username + parsed.password !== '') {
    const hint = 'Give --url or OUTRIDER_URL as http://HOST:PORT; a key goes into OUTRIDER_API_KEY or --key-file.'
    throw new CommandFailure(
      exitCode.usage,
      `'${parsed === null ? url : parsed.host}' is not an address of a collector.`,
      hint,
    )
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`
}

async function bodyOf(response: Response, base: string): Promise<unknown> {
  let text: string
  try {
    text = await response.text()
  } catch (cause) {
    throw unreachable(base, cause)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw stranger(base)
  }
}

function unreachable(base: string, cause: unknown): CommandFailure {
  const { name, cause: inner } = cause as { name?: string; cause?: { code?: string; message?: string } }
  const why = name === 'TimeoutError' ? 'it did not answer in time' : (inner?.code ?? inner?.message ?? 'no connection')
  const hint = 'Start one with `outrider up`, or name another with --url or OUTRIDER_URL.'
  return new CommandFailure(exitCode.unreachable, `Cannot reach a collector at ${base} (${why}).`, hint)
}

function stranger(base: string): CommandFailure {
  return new CommandFailure(
    exitCode.failed,
    `What answers at ${base} is not this version's collector.`,
    'Check --url or OUTRIDER_URL.',
  )
}

/** The collector's own words. The exit code follows the status, never the text. */
export async function refusal(response: Response): Promise<CommandFailure> {
  const { status } = response
  const code = status === 401 || status === 403 ? exitCode.refused : status === 400 ? exitCode.usage : exitCode.failed
  const body: unknown = await response.json().catch(() => null)
  const parsed = refusalSchema.safeParse(body)
  if (!parsed.success) return new CommandFailure(code, `The collector answered ${status}.`)
  const { error } = parsed.data
  const hint = status === 401 ? 'Put a key with the scope into OUTRIDER_API_KEY or --key-file.' : error.hint
  return new CommandFailure(code, `${error.message} (${error.code})`, hint)
}
