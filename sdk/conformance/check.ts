/** What a client's user can see, put into words that can be compared: once of the bare client, once of the wrapped one. */
import { readFileSync } from 'node:fs'
import type { Manner } from '../test/provider-stub.ts'
import type { Kind } from './client.ts'

export interface Settings {
  readonly baseURL: string
  readonly maxRetries: number
  /** Milliseconds of each try. */
  readonly timeout: number
}

/** One version of one package: what is compared, bare and wrapped. */
export interface Subject {
  /** Its name in the registry. */
  readonly name: string
  readonly version: string
  make(settings: Settings): object
  /** @default outrider.wrap */
  readonly wrap?: (client: object) => object
}

/** Subjects that one list of checks serves. */
export interface Family {
  readonly subjects: readonly Subject[]
  readonly checks: readonly Check<never>[]
  /** What the table says of the compiler's word. */
  readonly types: string
}

export interface Check<S = Kind> {
  readonly surface: 'promise' | 'stream' | 'ending' | 'error'
  readonly name: string
  /** @default answers */
  readonly manner?: Manner
  readonly maxRetries?: number
  readonly timeout?: number
  /** What the model answers. @default a sentence */
  readonly words?: readonly string[]
  /** What the wrapped client does instead, on purpose. */
  readonly differs?: (seen: unknown) => boolean
  /** What must stand in the books of the wrapped call. @default exact */
  readonly books?: Books
  /** Model calls that it makes, each asked for by itself. @default 1 */
  readonly calls?: number
  /** How many of these the provider refused. @default 0 */
  readonly refused?: number
  /** True where the call ends when its stream is thrown away: the garbage collector has to come by. */
  readonly thrownAway?: boolean
  see(subject: S, client: object): Promise<unknown>
}

/**
 * `exact` settled with what the provider billed · `free` given back: the provider was not called, or refused · `counted`
 * the provider told no usage, what came is counted · `unasked` nothing was asked for.
 */
export type Books = 'exact' | 'free' | 'counted' | 'unasked'

const VARIES: ReadonlySet<string> = new Set(['stack', 'headers', 'socket'])

/** A thrown value to its last own property; what differs from run to run is left out. */
export function errorOf(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return { thrown }
  const fields = Object.getOwnPropertyNames(thrown)
    .filter((key) => !VARIES.has(key))
    .map((key) => [key, key === 'cause' && depth < 3 ? errorOf(thrown.cause, depth + 1) : Reflect.get(thrown, key)])
  return { is: thrown.constructor.name, headers: 'headers' in thrown, ...Object.fromEntries(fields) }
}

export async function failing(work: () => unknown): Promise<unknown> {
  try {
    return { returned: await work() }
  } catch (thrown) {
    return errorOf(thrown)
  }
}

/** The version that is installed under this name. */
export function versionOf(alias: string): string {
  for (const folder of ['../node_modules', '../../node_modules']) {
    try {
      return JSON.parse(readFileSync(new URL(`${folder}/${alias}/package.json`, import.meta.url), 'utf8')).version
    } catch {}
  }
  throw new Error(`${alias} is not installed`)
}

export type Stream = AsyncIterable<unknown> & {
  readonly controller: AbortController
  tee(): [AsyncIterable<unknown>, AsyncIterable<unknown>]
  toReadableStream(): ReadableStream<Uint8Array>
}

export const streamOf = async (kind: Kind, client: object, options?: object) =>
  (await kind.stream(client, {}, options)) as Stream

export async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const pieces: unknown[] = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

export async function some(stream: AsyncIterable<unknown>, count: number): Promise<unknown[]> {
  const pieces: unknown[] = []
  for await (const piece of stream) if (pieces.push(piece) === count) break
  return pieces
}
