/**
 * What a text is told by, for likeness.ts: its words, its pairs of words, and which concepts stand near each other in
 * which order. Each is a number below TRAITS; those that share a number share a weight. Nothing is cut out of the text.
 */
import { folded } from '../folded.ts'
import { concepts } from './concept.ts'
import { isCjk } from './run.ts'
import { isInside, isLetter } from './words.ts'

/** How many weights there are. */
export const TRAITS = 1 << 16

/** Words from one concept to another that are near, and close. */
const NEAR = 8
const CLOSE = 2
/** How many words with concepts are looked back at, and how many concepts one may have. */
const BACK = 4
const MOST = 6

const SEED = 0x811c9dc5
const DIGITS = 0x2f0b4a27
const ALONE = 0x1b873593
const CONCEPT = 0x2545f491
const PAIR = 0x68bc21eb
const step = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193)
const mixed = (a: number, b: number): number => {
  const one = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b)
  return (one ^ (one >>> 15)) & (TRAITS - 1)
}

/** Concepts of words and of beginnings of words, by hash. */
const exact = new Map<number, number[]>()
const stems = new Map<number, number[]>()
/** Which hashes may be in the maps: most words are in neither. */
const mayBe = new Uint8Array(65536)
const WORD = 1
const STEM = 2
Object.values(concepts).forEach((words, concept) => {
  for (const each of words.split(' ')) {
    const isStem = each.endsWith('*')
    const text = folded(isStem ? each.slice(0, -1) : each)
    let hash = SEED
    for (let i = 0; i < text.length; i++) hash = step(hash, text.charCodeAt(i))
    const map = isStem ? stems : exact
    const list = map.get(hash)
    if (list === undefined) map.set(hash, [concept])
    else if (!list.includes(concept)) list.push(concept)
    mayBe[hash & 0xffff] = (mayBe[hash & 0xffff] as number) | (isStem ? STEM : WORD)
  }
})

/** Traits of one text. The arrays are used again for the next one: making them would cost more than reading a short text. */
export interface Traits {
  /** Of all words, one after the other. */
  traits: Int32Array
  /** For each word, where its traits end, and where it stands. */
  until: Int32Array
  starts: Int32Array
  ends: Int32Array
  /** Words. */
  count: number
}

const buffers: Traits = {
  traits: new Int32Array(16_384),
  until: new Int32Array(1024),
  starts: new Int32Array(1024),
  ends: new Int32Array(1024),
  count: 0,
}
/** A word has at most so many traits. */
const AT_ONCE = 2 + MOST + BACK * MOST * MOST

/** Of the word that is being read, and of those before it. */
const own = new Uint8Array(MOST)
let size = 0
const places = new Int32Array(BACK)
const sizes = new Uint8Array(BACK)
const kept = new Uint8Array(BACK * MOST)

function about(hash: number, map: ReadonlyMap<number, readonly number[]>): void {
  const list = map.get(hash)
  if (list === undefined) return
  for (let i = 0; i < list.length && size < MOST; i++) {
    const concept = list[i] as number
    let known = false
    for (let k = 0; k < size; k++) known ||= own[k] === concept
    if (!known) own[size++] = concept
  }
}

/** @param text folded */
export function traitsOf(text: string): Traits {
  let length = 0
  let count = 0
  let at = 0
  let before = 0
  let beforeAt = -2
  let slot = 0
  size = 0
  places.fill(-1000)
  let { traits, until, starts, ends } = buffers
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i)
    const start = i
    let hash = SEED
    if (isCjk(code)) {
      // no blanks between words: each two characters are read as one
      hash = step(hash, code)
      about(hash, exact)
      const next = text.charCodeAt(i + 1)
      if (isCjk(next)) {
        hash = step(hash, next)
        about(hash, exact)
        const third = text.charCodeAt(i + 2)
        if (isCjk(third)) about(step(hash, third), exact)
      }
      i++
    } else if (isLetter(code)) {
      let digits = true
      do {
        const unit = text.charCodeAt(i)
        if (unit < 48 || unit > 57) digits = false
        hash = step(hash, unit)
        i++
        if (i - start >= 3 && ((mayBe[hash & 0xffff] as number) & STEM) !== 0) about(hash, stems)
      } while (i < text.length && isInside(text, i))
      if (digits) hash = DIGITS
      else if (((mayBe[hash & 0xffff] as number) & WORD) !== 0) about(hash, exact)
    } else {
      // a sentence ends: what follows is further away
      if (code === 46 || code === 33 || code === 63 || code === 10 || code === 58) at++
      i++
      continue
    }
    if (count === until.length || length + AT_ONCE > traits.length) {
      grow(count === until.length)
      traits = buffers.traits
      until = buffers.until
      starts = buffers.starts
      ends = buffers.ends
    }
    traits[length++] = mixed(hash, ALONE)
    if (at - beforeAt === 1) traits[length++] = mixed(hash, before)
    if (size > 0) {
      for (let k = 0; k < size; k++) traits[length++] = mixed(own[k] as number, CONCEPT)
      for (let back = 0; back < BACK; back++) {
        const distance = at - (places[back] as number)
        if (distance > NEAR) continue
        const bucket = distance <= CLOSE ? 0x10000 : 0x20000
        for (let n = 0; n < (sizes[back] as number); n++) {
          const first = bucket + (kept[back * MOST + n] as number) * 256
          for (let k = 0; k < size; k++) traits[length++] = mixed(first + (own[k] as number), PAIR)
        }
      }
      places[slot] = at
      sizes[slot] = size
      for (let k = 0; k < size; k++) kept[slot * MOST + k] = own[k] as number
      slot = (slot + 1) % BACK
      size = 0
    }
    until[count] = length
    starts[count] = start
    ends[count++] = i
    before = hash
    beforeAt = at++
  }
  buffers.count = count
  return buffers
}

function grow(isWords: boolean): void {
  const more = (from: Int32Array) => {
    const to = new Int32Array(from.length * 2)
    to.set(from)
    return to
  }
  if (isWords) {
    buffers.until = more(buffers.until)
    buffers.starts = more(buffers.starts)
    buffers.ends = more(buffers.ends)
  } else buffers.traits = more(buffers.traits)
}
