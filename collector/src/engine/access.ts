import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from './failure.ts'

/** The user that a request speaks for, by Basic authorization or `X-ClickHouse-User` and `X-ClickHouse-Key`. */
export type Access = (headers: IncomingHttpHeaders) => string

/**
 * Loopback is open to every user of the machine, so nothing is answered without the password.
 * The returned function throws a Refusal (401) for everyone else.
 */
export function createAccess(users: readonly string[], password: string): Access {
  const expected = digest(password)
  return (headers) => {
    const { user, key } = credentials(headers)
    // both are checked always: how long the answer takes tells nothing
    const known = users.includes(user)
    const right = timingSafeEqual(digest(key), expected)
    if (known && right) return user
    throw new Refusal(
      516,
      'AUTHENTICATION_FAILED',
      'Authentication failed: password is incorrect, or there is no such user.',
    )
  }
}

function credentials(headers: IncomingHttpHeaders): { user: string; key: string } {
  const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [user = '', ...key] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    return { user, key: key.join(':') }
  }
  return { user: one(headers['x-clickhouse-user']), key: one(headers['x-clickhouse-key']) }
}

const one = (value: string | string[] | undefined): string => (Array.isArray(value) ? '' : (value ?? ''))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
