import { stepsOf } from '../injection/grammar.ts'

/**
 * Letters put in place of others. A text is not tried against every cipher: words that attacks cannot do without are
 * known in each of them, and one that stands there tells which it is.
 */
const keys = [
  'ignore',
  'previous',
  'instructions',
  'instruction',
  'system',
  'prompt',
  'reveal',
  'disregard',
  'forget',
  'rules',
  'secret',
  'password',
]

interface Cipher {
  readonly name: string
  /** The whole folded text made plain. */
  plain(text: string): string
}

const shifted = (text: string, by: number): string =>
  text.replace(/[a-z]/g, (char) => String.fromCharCode(97 + ((char.charCodeAt(0) - 97 + by) % 26)))
const atbash = (text: string): string => text.replace(/[a-z]/g, (char) => String.fromCharCode(219 - char.charCodeAt(0)))
const backwards = (text: string): string => Array.from(text).reverse().join('')
const pig = (word: string): string => {
  const head = /^[^aeiou]+/.exec(word)?.[0] ?? ''
  return head === '' ? `${word}way` : `${word.slice(head.length)}${head}ay`
}
const unpig = (text: string): string =>
  text.replace(/[a-z]{4,}ay/g, (word) => {
    if (word.endsWith('way')) return word.slice(0, -3)
    const body = word.slice(0, -2)
    // how many letters were moved is known by what gives a word that means something
    const whole = [1, 2, 3].map((moved) => body.slice(-moved) + body.slice(0, -moved))
    return whole.find((each) => stepsOf(each).length > 0) ?? (whole[0] as string)
  })

const ciphers: Cipher[] = []
/** Word in a cipher, and which they may be. */
const triggers = new Map<string, number[]>()

function add(cipher: Cipher, hide: (word: string) => string): void {
  const index = ciphers.push(cipher) - 1
  for (const key of keys) {
    const word = hide(key)
    const known = triggers.get(word)
    if (known === undefined) triggers.set(word, [index])
    else known.push(index)
  }
}

for (let by = 1; by < 26; by++)
  add({ name: by === 13 ? 'rot13' : 'caesar', plain: (text) => shifted(text, 26 - by) }, (word) => shifted(word, by))
add({ name: 'atbash', plain: atbash }, atbash)
add({ name: 'reversed', plain: backwards }, backwards)
add({ name: 'reversed words', plain: (text) => text.replace(/[^\s]+/g, backwards) }, backwards)
add({ name: 'pig latin', plain: unpig }, pig)

/** Words of ciphers, to be looked out for. */
export const cipherWords: ReadonlySet<string> = new Set(triggers.keys())

export interface Plain {
  readonly name: string
  readonly text: string
}

const rot47 = (text: string): string =>
  text.replace(/[!-~]/g, (char) => String.fromCharCode(33 + ((char.charCodeAt(0) - 33 + 47) % 94)))
const rot47Keys = [
  'instruction',
  'ignore',
  'Ignore',
  'previous',
  'system prompt',
  'forget',
  'reveal',
  'Disregard',
  'disregard',
  'Forget',
  'passwords',
  'hidden',
  'rules',
].map(rot47)
const turned = new Map(
  [...'ɐa ɔc ǝe ɟf ƃg ɓg ɥh ᴉi ıi ɾj ʞk ןl ʅl ɯm ɹr ʇt ʌv ʍw ʎy'.split(' ')].map((pair) => [
    pair[0] as string,
    pair[1] as string,
  ]),
)
const upsideDown = /[ɐɔǝɟƃɥᴉıɾʞɯɹʇʌʍʎ]/g

/**
 * The text in plain letters, once for every cipher that was recognised.
 *
 * @param text as given · `small` folded · `seen` words of `cipherWords` that stand in it
 */
export function decipheredIn(text: string, small: string, seen: readonly string[]): Plain[] {
  const found: Plain[] = []
  const used = new Set(seen.flatMap((word) => triggers.get(word) ?? []))
  for (const index of [...used].slice(0, 3)) {
    const { name, plain } = ciphers[index] as Cipher
    found.push({ name, text: plain(small) })
  }
  if (rot47Keys.some((key) => text.includes(key))) found.push({ name: 'rot47', text: rot47(text) })
  if ((text.match(upsideDown)?.length ?? 0) >= 5) found.push({ name: 'upside down', text: backwards(turn(text)) })
  return found
}

const flat = new Map([...turned, ['d', 'p'], ['p', 'd'], ['b', 'q'], ['q', 'b'], ['n', 'u'], ['u', 'n']])
const turn = (text: string): string => text.toLowerCase().replace(/./gu, (char) => flat.get(char) ?? char)
