import { openBag } from './bag.ts'
import { unreadable } from './decoded.ts'
import type { Origin } from './draft.ts'
import { isObject, type JsonObject } from './json-text.ts'
import { countOf, readAttributes, textOf } from './json-value.ts'
import { beginNotes, cut, endNotes, noNotes, spend, type Work, weight } from './work.ts'

/** What the three lists of one signal's request are called. */
export interface Names {
  readonly resources: string
  readonly scopes: string
  readonly things: string
}

export interface Sent {
  readonly origin: Origin
  readonly sent: unknown
}

/** Every span, log record or metric of a parsed request, not yet read. A list that is no list makes the body unreadable. */
export function findJsonThings(work: Work, request: unknown, names: Names): Sent[] {
  if (!isObject(request)) throw unreadable('The body is not a JSON object.')
  const found: Sent[] = []
  listIn(request, names.resources, names.resources).forEach((group, i) => {
    const path = `${names.resources}[${i}]`
    spend(work, weight.group)
    if (!isObject(group)) throw unreadable(`${path} is not an object.`, { field: path })
    const { resource, notes } = readResource(work, group.resource)
    listIn(group, names.scopes, `${path}.${names.scopes}`).forEach((scoped, j) => {
      const inner = `${path}.${names.scopes}[${j}]`
      spend(work, weight.group)
      if (!isObject(scoped)) throw unreadable(`${inner} is not an object.`, { field: inner })
      const origin: Origin = { resource, notes, scope: readScope(work, scoped.scope) }
      const things = listIn(scoped, names.things, `${inner}.${names.things}`)
      spend(work, things.length * weight.span)
      for (const sent of things) found.push({ origin, sent })
    })
  })
  return found
}

function readResource(work: Work, sent: unknown): Omit<Origin, 'scope'> {
  const bag = openBag(work.limits.attributes)
  beginNotes(work, noNotes)
  if (isObject(sent)) {
    readAttributes(work, sent.attributes, bag)
    cut(work, 'attributes', countOf(sent.droppedAttributesCount))
  }
  return { resource: bag.values, notes: endNotes(work) }
}

function readScope(work: Work, sent: unknown): Origin['scope'] {
  const { stringBytes } = work.limits
  if (!isObject(sent)) return { name: '', version: '' }
  return {
    name: textOf(work, 'scope.name', sent.name, stringBytes),
    version: textOf(work, 'scope.version', sent.version, stringBytes),
  }
}

function listIn(holder: JsonObject, name: string, field: string): readonly unknown[] {
  const list = holder[name]
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) throw unreadable(`${field} is not an array.`, { field })
  return list
}
