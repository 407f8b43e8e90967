/** The attributes of one span while they are gathered: parsed here, so that what is sent is always well formed. */
import type { AttributeValue } from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import { type ContentMode, type Cut, contentOf, LIMITS, nameOf } from './text.ts'

export interface Facts {
  readonly attributes: Record<string, AttributeValue>
  /** How many values were too long and are cut. */
  cut: number
}

export const newFacts = (attributes: Record<string, AttributeValue> = {}): Facts => ({ attributes, cut: 0 })

export function name(facts: Facts, key: string, value: unknown): void {
  if (value !== undefined) put(facts, key, nameOf(value))
}

export function text(facts: Facts, key: string, value: unknown, mode: ContentMode): void {
  put(facts, key, contentOf(value, mode))
}

/** Integers from 0 to 2^53-1; anything else is unknown, and unknown is not sent. */
export function count(facts: Facts, key: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) facts.attributes[key] = value as number
}

/** Finite and not negative. */
export function amount(facts: Facts, key: string, value: unknown): void {
  if (Number.isFinite(value) && (value as number) >= 0) facts.attributes[key] = value as number
}

export function flag(facts: Facts, key: string, value: unknown): void {
  if (typeof value === 'boolean') facts.attributes[key] = value
}

export function tags(facts: Facts, value: unknown): void {
  if (!Array.isArray(value)) return
  const cuts = value.map((tag: unknown) => nameOf(tag, LIMITS.tag)).filter((tag) => tag !== undefined)
  facts.cut += Math.max(0, cuts.length - LIMITS.tags) + cuts.slice(0, LIMITS.tags).filter(({ cut }) => cut).length
  if (cuts.length > 0) facts.attributes[attribute.tags] = cuts.slice(0, LIMITS.tags).map((tag) => tag.value)
}

/** Which version of what was used. */
export interface Versions {
  readonly promptName?: string | undefined
  readonly promptVersion?: string | undefined
  readonly configVersion?: string | undefined
}

export function versions(facts: Facts, { promptName, promptVersion, configVersion }: Versions): void {
  name(facts, attribute.promptName, promptName)
  name(facts, attribute.promptVersion, promptVersion)
  name(facts, attribute.configVersion, configVersion)
}

/** Which try of the same thing this is. */
export interface Attempt {
  /** 1 for the first try. */
  readonly attempt?: number | undefined
  /** Span ID of the try before. */
  readonly retryOf?: string | undefined
}

export function attempt(facts: Facts, { attempt, retryOf }: Attempt): void {
  count(facts, attribute.attempt, attempt)
  name(facts, attribute.retryOf, retryOf)
}

function put(facts: Facts, key: string, cut: Cut | undefined): void {
  if (cut === undefined) return
  facts.attributes[key] = cut.value
  if (cut.cut) facts.cut += 1
}
