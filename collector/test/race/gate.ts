/** The gate as a client sees it: bodies out, answers in, over HTTP and nothing else. */
import type { CheckRequest, SettleAnswer, SettleRequest, Verdict, WireBudget } from '@outrider/policies'

export interface Answer<T> {
  readonly status: number
  readonly body: T
}

export async function post<T>(url: string, path: string, body: unknown, signal?: AbortSignal): Promise<Answer<T>> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}

export const check = (url: string, body: CheckRequest, signal?: AbortSignal): Promise<Answer<Verdict>> =>
  post(url, '/v1/gate/check', body, signal)

export const settle = (url: string, body: SettleRequest): Promise<Answer<SettleAnswer>> =>
  post(url, '/v1/gate/settle', body)

export const release = (url: string, holdId: string): Promise<Answer<SettleAnswer>> =>
  post(url, '/v1/gate/release', { holdId })

export async function budgets(url: string): Promise<readonly WireBudget[]> {
  const answer = await fetch(`${url}/api/budgets`)
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as readonly WireBudget[]
}

export async function put(
  url: string,
  path: string,
  body: unknown,
): Promise<Answer<Readonly<Record<string, unknown>>>> {
  const answer = await fetch(`${url}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> }
}

/** USD of the wire as the integer that it stands for. */
export const nanoOf = (usd: number): number => Math.round(usd * 1e9)
/** An integer of nano-dollars as the wire has it. */
export const usdOf = (nano: number): number => nano / 1e9
