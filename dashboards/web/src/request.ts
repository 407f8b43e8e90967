/** Asking the collector, and what comes back: an answer or a problem, never an exception. */
import { readKey } from './key.ts'

/** Why there is no answer: the collector's own error, or that it could not be reached (status 0). */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly field: string | null
  readonly hint: string | null
  /** Everything that is wrong, where the collector names more than one thing. */
  readonly details: readonly string[]
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }

/** Headers of every request: the key travels here and never in an address. */
export function requestHeaders(accept: string): Record<string, string> {
  const key = readKey()
  return key === null ? { accept } : { accept, authorization: `Bearer ${key}` }
}

export const get = <T>(path: string, signal: AbortSignal): Promise<Answer<T>> => request(path, signal, {})

/** Changes something. Never sent again by itself. */
export function send<T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Answer<T>> {
  return request(path, signal, { method, body: JSON.stringify(body) })
}

/** Rejects only when `signal` aborts. */
async function request<T>(path: string, signal: AbortSignal, init: RequestInit): Promise<Answer<T>> {
  const type = init.body === undefined ? {} : { 'content-type': 'application/json' }
  try {
    const response = await fetch(path, { ...init, signal, headers: { ...requestHeaders('application/json'), ...type } })
    const body: unknown = await response.json().catch(() => null)
    if (response.ok && (body !== null || init.method !== undefined)) return { ok: true, value: body as T }
    return { ok: false, problem: problemOf(response.status, body) }
  } catch (error) {
    if (signal.aborted) throw error
    return {
      ok: false,
      problem: {
        status: 0,
        code: 'UNREACHABLE',
        message: 'The collector did not answer.',
        field: null,
        hint: 'Check that it is still running: `npm start`.',
        details: [],
      },
    }
  }
}

/** Reads the collector's `{error: {code, message, field?, hint?}}`; a proxy in between may have answered anything else. */
function problemOf(status: number, body: unknown): Problem {
  const error = fields(fields(body).error)
  return {
    status,
    code: text(error.code) ?? `HTTP ${status}`,
    message: text(error.message) ?? 'The answer could not be read.',
    field: text(error.field),
    hint: text(error.hint),
    details: Array.isArray(error.problems) ? error.problems.map(detail) : [],
  }
}

/** `{line, path, message}` as a sentence. */
function detail(problem: unknown): string {
  const { line, path, message } = fields(problem)
  return [typeof line === 'number' ? `line ${line}` : null, text(path), text(message)].filter(Boolean).join(': ')
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
