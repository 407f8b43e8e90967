/** The attributes of one span while they are gathered: parsed here, so that what is sent is always well formed. */
import type { AttributeValue } from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import { type ContentMode, type Cut, contentOf, LIMITS, messagesOf, nameOf } from './text.ts'

export interface Facts {
  readonly attributes: Record<string, AttributeValue>
  readonly mode: ContentMode
  /** How many values were too long and are cut. */
  cut: number
}

/** Parses one value; one that cannot be told is unknown, and unknown is not sent. */
type Put = (facts: Facts, key: string, value: unknown) => void

/** Which option becomes which attribute, and how it is parsed. */
export type Fields<O> = readonly (readonly [option: keyof O & string, key: string, put: Put])[]

export const newFacts = (mode: ContentMode, attributes: Record<string, AttributeValue> = {}): Facts => ({
  attributes,
  mode,
  cut: 0,
})

export function gather<O extends object>(facts: Facts, fields: Fields<O>, options: O): void {
  for (const [option, key, put] of fields) {
    const value = options[option]
    if (value !== undefined) put(facts, key, value)
  }
}

export const name: Put = (facts, key, value) => add(facts, key, nameOf(value))

/** A text or anything JSON can write, treated by the content mode. */
export const text: Put = (facts, key, value) => add(facts, key, contentOf(value, facts.mode))

export const question: Put = (facts, key, value) => text(facts, key, messagesOf(value, 'user'))

export const answer: Put = (facts, key, value) => text(facts, key, messagesOf(value, 'assistant'))

/** Integers from 0 to 2^53-1. */
export const count: Put = (facts, key, value) => {
  if (Number.isSafeInteger(value) && (value as number) >= 0) facts.attributes[key] = value as number
}

/** Finite and not negative. */
export const amount: Put = (facts, key, value) => {
  if (Number.isFinite(value) && (value as number) >= 0) facts.attributes[key] = value as number
}

export const flag: Put = (facts, key, value) => {
  if (typeof value === 'boolean') facts.attributes[key] = value
}

export const names: Put = (facts, key, value) => {
  if (!Array.isArray(value)) return
  const all = value.map((each: unknown) => nameOf(each, LIMITS.tag)).filter((each) => each !== undefined)
  const kept = all.slice(0, LIMITS.tags)
  facts.cut += all.length - kept.length + kept.filter(({ cut }) => cut).length
  if (kept.length > 0) facts.attributes[key] = kept.map((each) => each.value)
}

function add(facts: Facts, key: string, told: Cut | undefined): void {
  if (told === undefined) return
  facts.attributes[key] = told.value
  if (told.cut) facts.cut += 1
}

/** Which version of what was used. */
export interface Versions {
  readonly promptName?: string | undefined
  readonly promptVersion?: string | undefined
  readonly configVersion?: string | undefined
}

export const versionFields: Fields<Versions> = [
  ['promptName', attribute.promptName, name],
  ['promptVersion', attribute.promptVersion, name],
  ['configVersion', attribute.configVersion, name],
]

/** Which try of the same thing this is. */
export interface Attempt {
  /** 1 for the first try. */
  readonly attempt?: number | undefined
  /** Span ID of the try before. */
  readonly retryOf?: string | undefined
  /** Span ID of the one that this stands in for. */
  readonly fallbackOf?: string | undefined
}

export const attemptFields: Fields<Attempt> = [
  ['attempt', attribute.attempt, count],
  ['retryOf', attribute.retryOf, name],
  ['fallbackOf', attribute.fallbackOf, name],
]
