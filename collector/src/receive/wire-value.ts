import type { AttributeValue } from '../span.ts'
import { admits, type Bag, openBag } from './bag.ts'
import { closeMessage, readBase64, readEnd, readInt64, readName, readTag, readText, skip, type Wire } from './wire.ts'
import { cut, spend, weight } from './work.ts'

/** Reads one KeyValue into `bag`. `textLimit` is that of the attribute it is inside of, where it is inside of one. */
export function readKeyValue(wire: Wire, outerEnd: number, bag: Bag, depth = 1, textLimit?: number): void {
  const { reader, work } = wire
  const { limits } = work
  const end = readEnd(wire, outerEnd)
  let key = ''
  let valueAt = -1
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        key = readName(wire, end, limits.stringBytes)
        break
      case 0x12: // the value is read below: its limit hangs on the key, which may come later
        valueAt = reader.pos
        skip(wire, tag)
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  spend(work, weight.value)
  if (!admits(work, bag, key)) return
  if (valueAt < 0) {
    bag.values[key] = null
    return
  }
  reader.pos = valueAt
  const isLongContent = end - valueAt > limits.stringBytes && limits.isContent(key)
  bag.values[key] = readValue(wire, end, depth, textLimit ?? (isLongContent ? limits.messageBytes : limits.stringBytes))
  reader.pos = end
}

/** Reads one AnyValue. `depth` is 1 for an attribute's own value; a list at `limits.depth` is cut to null and counted. */
export function readValue(wire: Wire, outerEnd: number, depth: number, textLimit: number): AttributeValue {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  let value: AttributeValue = null
  while (reader.pos < end) {
    const tag = readTag(wire)
    switch (tag) {
      case 0x0a:
        value = readText(wire, end, textLimit)
        break
      case 0x10:
        value = reader.readVarint() !== 0
        break
      case 0x18:
        value = readInt64(wire)
        break
      case 0x21: {
        const double = reader.readDouble()
        value = Number.isFinite(double) ? double : null
        break
      }
      case 0x2a:
      case 0x32:
        if (depth >= work.limits.depth) {
          cut(work, 'depth', 1)
          value = null
          skip(wire, tag)
        } else {
          value = tag === 0x2a ? readArray(wire, end, depth + 1, textLimit) : readList(wire, end, depth + 1, textLimit)
        }
        break
      case 0x3a:
        value = readBase64(wire, end, textLimit)
        break
      default:
        skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  return value
}

function readArray(wire: Wire, outerEnd: number, depth: number, textLimit: number): AttributeValue {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  const items: AttributeValue[] = []
  while (reader.pos < end) {
    const tag = readTag(wire)
    if (tag !== 0x0a) {
      skip(wire, tag)
      continue
    }
    spend(work, weight.value)
    if (items.length < work.limits.items) {
      items.push(readValue(wire, end, depth, textLimit))
    } else {
      cut(work, 'attributes', 1)
      skip(wire, tag)
    }
  }
  closeMessage(wire, end)
  return items
}

function readList(wire: Wire, outerEnd: number, depth: number, textLimit: number): AttributeValue {
  const { reader, work } = wire
  const end = readEnd(wire, outerEnd)
  const bag = openBag(work.limits.items)
  while (reader.pos < end) {
    const tag = readTag(wire)
    if (tag === 0x0a) readKeyValue(wire, end, bag, depth, textLimit)
    else skip(wire, tag)
  }
  closeMessage(wire, end)
  return bag.values
}
