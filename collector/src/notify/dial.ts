/**
 * Requests to addresses that somebody configured: the name is resolved once and that address is dialled, no redirect is
 * followed, and private addresses are refused unless they are allowed.
 */
import { lookup as resolve } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { DeliveryError } from './channel.ts'

export interface DialSettings {
  readonly allowPrivate: boolean
  /** @default 10_000 */
  readonly timeoutMs?: number
}

/** Of the answer so much is read, and no more. */
const MAX_ANSWER = 4096

const reserved = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  reserved.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  // with it what is written as an IPv4 address inside
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  reserved.addSubnet(network, bits, 'ipv6')

/** Whether an address is of this machine, its network, or of no one. IPv4 inside IPv6 is looked at as IPv4. */
export function isPrivate(address: string): boolean {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (mapped !== undefined) return reserved.check(mapped, 'ipv4')
  // other ways to write an address of that kind
  if (isIPv6(address) && /^::ffff:/i.test(new URL(`http://[${address}]`).hostname.slice(1))) return true
  return reserved.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** @throws DeliveryError retryable for what may pass: no answer, 408, 429, 5xx; not for other refusals and redirects. */
export async function post(
  target: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { allowPrivate, timeoutMs = 10_000 }: DialSettings,
): Promise<void> {
  const url = new URL(target)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const address = await addressOf(host, timeoutMs)
  if (!allowPrivate && isPrivate(address))
    throw new DeliveryError(`${host} is a private address; set allowPrivate to reach it.`, false)
  const status = await send(url, address, body, headers, timeoutMs)
  if (status >= 200 && status < 300) return
  if (status >= 300 && status < 400)
    throw new DeliveryError(`${host} redirects (${status}), which is not followed.`, false)
  throw new DeliveryError(`${host} answered ${status}.`, status === 408 || status === 429 || status >= 500)
}

async function addressOf(host: string, timeoutMs: number): Promise<string> {
  if (isIP(host) !== 0) return host
  const { promise: late, reject } = Promise.withResolvers<never>()
  // a look-up cannot be called off: it is left behind
  const timer = setTimeout(reject, timeoutMs)
  try {
    return (await Promise.race([resolve(host), late])).address
  } catch {
    throw new DeliveryError(`${host} has no address.`, true)
  } finally {
    clearTimeout(timer)
  }
}

function send(
  url: URL,
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<number> {
  const { promise, resolve: done, reject } = Promise.withResolvers<number>()
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
    url,
    {
      method: 'POST',
      headers: { 'user-agent': 'outrider', 'content-length': Buffer.byteLength(body), ...headers },
      // the address that was judged is the one that is dialled, whatever the name says by now
      lookup: (_host, options, found) => {
        const family = isIPv6(address) ? 6 : 4
        if (options.all === true) found(null, [{ address, family }])
        else found(null, address, family)
      },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    },
    (response) => {
      let seen = 0
      response.on('data', (chunk: Buffer) => {
        seen += chunk.length
        if (seen > MAX_ANSWER) response.destroy()
      })
      response.on('close', () => done(response.statusCode ?? 0))
      response.on('error', () => done(response.statusCode ?? 0))
    },
  )
  request.on('error', (cause: NodeJS.ErrnoException) => {
    const why = cause.name === 'AbortError' || cause.name === 'TimeoutError' ? 'no answer in time' : cause.code
    reject(new DeliveryError(`${url.hostname} cannot be reached (${why ?? 'failure'}).`, true))
  })
  request.end(body)
  return promise
}
