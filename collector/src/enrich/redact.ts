import { createHash } from 'node:crypto'
import type { AtRest, Finding } from '@outrider/policies/guards'
import { masked, maskedBy, sensitiveOf } from '../mask.ts'
import {
  type Attributes,
  type AttributeValue,
  CONTENT_MODES,
  type ContentMode,
  type Span,
  type SpanEvent,
  type SpanLog,
} from '../span.ts'
import { type Burden, burdens } from './burden.ts'

/** Fields whose text is said by somebody. */
const texts = ['input', 'output', 'toolArgs', 'retrievalQuery', 'retrievalDocuments', 'statusMessage'] as const

/** Hears which personal data and secrets one text of a span holds, before any of it is hidden. */
type HeardText = (field: string, text: string, found: readonly Finding[]) => void

function listen(field: string, text: string, heard: HeardText): readonly Finding[] {
  const found = text === '' || isHash(text) ? [] : sensitiveOf(text)
  if (found.length > 0) heard(field, text, found)
  return found
}

/** What a content mode makes of one text; `null` drops it. */
type Treat = (text: string) => string | null

const treatments: Readonly<Record<ContentMode, Treat>> = {
  none: () => null,
  hashed: (text) => (isHash(text) ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`),
  redacted: (text) => masked(text),
  full: (text) => text,
}

/**
 * Applies the content mode to everything of a span that may hold what was said: its texts, its status message, and the
 * attributes and events that carry content. Pure; a span that nothing changes is returned as it is.
 *
 * Beside content, addresses, headers and the resource lose secrets in every mode but `full`.
 *
 * @param isContent whether an attribute of this name carries content
 * @returns `heard` is told of every text of the span that holds personal data or secrets, as it was before; `rest` is what
 * the span's policy hides beside, in mode `redacted`
 */
export function createRedactor(
  mode: ContentMode,
  isContent: (name: string) => boolean,
): (span: Span, heard?: HeardText, rest?: AtRest | null) => Span {
  const burdenOf = burdens(isContent)
  const walks = new Map(CONTENT_MODES.map((each) => [each, walkOf(treatments[each], burdenOf)]))
  const hiding = createHiding(burdenOf)
  const resources = new WeakMap<Attributes, Attributes>()

  function withoutSecrets(resource: Attributes): Attributes {
    const before = resources.get(resource)
    if (before !== undefined) return before
    const after = mapped(resource, (_, value) => eachText(value, secretless))
    resources.set(resource, after)
    return after
  }

  return (span, heard, rest = null) => {
    if (mode === 'full') {
      if (heard !== undefined) for (const field of texts) listen(field, span[field] ?? '', heard)
      return span
    }
    // a sender that already did more than is asked here keeps its promise
    const done = stricter(mode, span.contentMode)
    const { treat, attributes: walk } = done === 'redacted' && rest !== null ? hiding(rest) : (walks.get(done) as Walk)
    const apply = (field: (typeof texts)[number]) => {
      const text = span[field]
      if (text === null) return null
      if (heard === undefined) return treat(text)
      const found = listen(field, text, heard)
      return done === 'redacted' ? maskedBy(text, found, rest) : treat(text)
    }
    const input = apply('input')
    const output = apply('output')
    const toolArgs = apply('toolArgs')
    const retrievalQuery = apply('retrievalQuery')
    const retrievalDocuments = apply('retrievalDocuments')
    const statusMessage = apply('statusMessage')
    const attributes = walk(span.attributes)
    const resource = withoutSecrets(span.resource)
    const events = span.events.length === 0 ? span.events : eventsOf(span.events, walk)
    const same =
      input === span.input &&
      output === span.output &&
      toolArgs === span.toolArgs &&
      retrievalQuery === span.retrievalQuery &&
      retrievalDocuments === span.retrievalDocuments &&
      statusMessage === span.statusMessage &&
      attributes === span.attributes &&
      resource === span.resource &&
      events === span.events &&
      done === span.contentMode
    if (same) return span
    return {
      ...span,
      input,
      output,
      toolArgs,
      retrievalQuery,
      retrievalDocuments,
      statusMessage,
      attributes,
      resource,
      events,
      contentMode: done,
    }
  }
}

/** The same for log records: their body is content, whatever their name. */
export function createLogRedactor(
  mode: ContentMode,
  isContent: (name: string) => boolean,
): (log: SpanLog, rest?: AtRest | null) => SpanLog {
  if (mode === 'full') return (log) => log
  const burdenOf = burdens(isContent)
  const plain = walkOf(treatments[mode], burdenOf)
  const hiding = createHiding(burdenOf)
  return (log, rest = null) => {
    const { treat, attributes: walk } = mode === 'redacted' && rest !== null ? hiding(rest) : plain
    return { ...log, body: log.body === null ? null : treat(log.body), attributes: walk(log.attributes) }
  }
}

/** The walk of mode `redacted` for each policy that hides something of its own. */
function createHiding(burdenOf: (name: string) => Burden): (rest: AtRest) => Walk {
  const known = new WeakMap<AtRest, Walk>()
  return (rest) => {
    const walk = known.get(rest) ?? walkOf((text) => maskedBy(text, sensitiveOf(text), rest), burdenOf, true)
    known.set(rest, walk)
    return walk
  }
}

interface Walk {
  readonly treat: Treat
  attributes(attributes: Attributes): Attributes
}

/** @param isApart structured content keeps its form: texts are replaced one by one */
function walkOf(treat: Treat, burdenOf: (name: string) => Burden, isApart = treat === treatments.redacted): Walk {
  return {
    treat,
    attributes: (attributes) =>
      mapped(attributes, (name, value) => {
        const burden = burdenOf(name)
        if (burden === 'none') return value
        if (burden === 'content') return treated(value, treat, isApart)
        return burden === 'address' ? eachText(value, secretless) : value === null ? value : '<SECRET>'
      }),
  }
}

function eventsOf(events: readonly SpanEvent[], walk: Walk['attributes']): readonly SpanEvent[] {
  let isSame = true
  const after = events.map((event) => {
    const attributes = walk(event.attributes)
    if (attributes === event.attributes) return event
    isSame = false
    return { ...event, attributes }
  })
  return isSame ? events : after
}

/** A copy only where some value changes; a value that becomes `undefined` is left out. */
function mapped(
  attributes: Attributes,
  change: (name: string, value: AttributeValue) => AttributeValue | undefined,
): Attributes {
  let copy: Record<string, AttributeValue> | null = null
  for (const name in attributes) {
    const before = attributes[name] as AttributeValue
    const after = change(name, before)
    if (after === before) continue
    copy ??= copied(attributes)
    if (after === undefined) delete copy[name]
    else copy[name] = after
  }
  return copy ?? attributes
}

/** A third of the time of `Object.assign` on such objects. */
function copied(attributes: Attributes): Record<string, AttributeValue> {
  const copy: Record<string, AttributeValue> = Object.create(null)
  for (const name in attributes) copy[name] = attributes[name] as AttributeValue
  return copy
}

/** Structured content keeps its form where texts are replaced one by one; else it is one text. */
function treated(value: AttributeValue, treat: Treat, isApart: boolean): AttributeValue | undefined {
  if (typeof value === 'string') return treat(value) ?? undefined
  if (value === null || treat === treatments.full) return value
  if (isApart) return eachText(value, treat)
  return treat(JSON.stringify(value)) ?? undefined
}

/** The value with each text in it replaced. Depth is bounded by the receiver's limits. */
function eachText(value: AttributeValue, treat: Treat): AttributeValue {
  if (typeof value === 'string') return treat(value)
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) return mapped(value as Attributes, (_, each) => eachText(each, treat))
  let isSame = true
  const after = (value as readonly AttributeValue[]).map((each) => {
    const text = eachText(each, treat)
    if (text !== each) isSame = false
    return text
  })
  return isSame ? value : after
}

const secretless: Treat = (text) => masked(text, true)

function isHash(text: string): boolean {
  return text.length === 71 && /^sha256:[0-9a-f]{64}$/.test(text)
}

function stricter(a: ContentMode, b: ContentMode): ContentMode {
  return CONTENT_MODES.indexOf(a) < CONTENT_MODES.indexOf(b) ? a : b
}
