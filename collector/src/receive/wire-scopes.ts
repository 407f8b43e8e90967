import { openBag } from './bag.ts'
import type { Origin } from './draft.ts'
import { closeMessage, readEnd, readTag, readText, skip, type Wire } from './wire.ts'
import { readKeyValue } from './wire-value.ts'
import { beginNotes, cut, endNotes, noNotes, spend, weight } from './work.ts'

/** Where a span, log record or metric lies: `at` its length, inside of the message that ends at `outerEnd`. */
export interface Place {
  readonly origin: Origin
  readonly at: number
  readonly outerEnd: number
}

/**
 * Finds every span, log record or metric of a request: the three have the same shape (request → resource → scope →
 * thing) and the same field numbers. Nothing of the things is read yet.
 */
export function findThings(wire: Wire): Place[] {
  const { reader } = wire
  const end = reader.length
  const places: Place[] = []
  while (reader.pos < end) {
    const tag = readTag(wire)
    if (tag === 0x0a) readResource(wire, end, places)
    else skip(wire, tag)
  }
  closeMessage(wire, end)
  return places
}

function readResource(wire: Wire, outerEnd: number, places: Place[]): void {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  const bag = openBag(work.limits.attributes)
  const scopes: number[] = []
  spend(work, weight.group)
  beginNotes(work, noNotes)
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        readResourceAttributes(wire, end, bag)
        break
      case 0x12: // read below: the resource may come after its scopes
        spend(work, weight.group)
        scopes.push(reader.pos)
        skip(wire, tag)
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  const notes = endNotes(work)
  for (const at of scopes) {
    reader.pos = at
    readScope(wire, end, { resource: bag.values, notes }, places)
  }
  reader.pos = end
}

function readResourceAttributes(wire: Wire, outerEnd: number, bag: ReturnType<typeof openBag>): void {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        readKeyValue(wire, end, bag)
        break
      case 0x10:
        cut(work, 'attributes', reader.readVarint())
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
}

function readScope(wire: Wire, outerEnd: number, from: Omit<Origin, 'scope'>, places: Place[]): void {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  const scope = { name: '', version: '' }
  const origin: Origin = { ...from, scope }
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        readScopeName(wire, end, scope)
        break
      case 0x12:
        spend(work, weight.span)
        places.push({ origin, at: reader.pos, outerEnd: end })
        skip(wire, tag)
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
}

function readScopeName(wire: Wire, outerEnd: number, scope: { name: string; version: string }): void {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        scope.name = readText(wire, end, work.limits.stringBytes)
        break
      case 0x12:
        scope.version = readText(wire, end, work.limits.stringBytes)
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
}
