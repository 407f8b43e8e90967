/**
 * A text for reading words in it: lower case, without accents, and with letters of other scripts that only look Latin
 * read as Latin where they stand among Latin ones. As long as what was given, character by character.
 */
export function folded(text: string): string {
  const lower = text.toLowerCase()
  const same = lower.length === text.length ? lower : text
  if (!beyondAscii.test(same)) return same
  const units = new Uint16Array(same.length)
  for (let i = 0; i < same.length; i++) units[i] = table[same.charCodeAt(i)] as number
  foldLookalikes(units)
  let after = ''
  for (let i = 0; i < units.length; i += 8192) after += String.fromCharCode(...units.subarray(i, i + 8192))
  return after
}

const beyondAscii = /[^\0-\x7f]/

const table = new Uint16Array(65536)
for (let code = 0; code < 65536; code++) table[code] = code
for (let code = 0xc0; code <= 0x1eff; code++) {
  if (code === 0x250) code = 0x370
  if (code === 0x530) code = 0x1e00
  const base = String.fromCharCode(code).normalize('NFD').charCodeAt(0)
  table[code] = base >= 65 && base <= 90 ? base + 32 : base
}
for (const [from, to] of [
  'ßs',
  'øo',
  'łl',
  'đd',
  'ðd',
  'ħh',
  'ıi',
  'æa',
  'œo',
  'þp',
  'ŧt',
  'ɡg',
  'ɑa',
  'ɩi',
  "’'",
  "‘'",
  '‐-',
  '–-',
  '—-',
] as readonly string[]) {
  table[(from as string).charCodeAt(0)] = (to as string).charCodeAt(0)
}
for (let code = 0xe0; code <= 0xff; code++) {
  const upper = code - 32
  if (code !== 0xf7 && code !== 0xff) table[upper] = table[code] as number
}

/** Small letters of other scripts that look Latin. */
const lookalikes = new Map(
  (
    'аa вb еe ѕs іi јj оo рp сc уy хx һh ԁd ԛq ԝw ӏl ьb кk мm нh тt гr пn ' +
    'αa οo νv ρp τt υu ιi κk εe ηn χx γy ωw ϲc ϳj ' +
    'աw օo սu ցg հh ոn ѵv ꜱs ʀr ɴn ʟl ɪi ʙb ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ɢg ʜh ꜰf ʏy'
  )
    .split(' ')
    .map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const),
)
/** Not of another alphabet's running text: small capitals and the like are always Latin. */
const always = new Set('ꜱʀɴʟɪʙᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢɢʜꜰʏɡɑ'.split('').map((char) => char.charCodeAt(0)))

function foldLookalikes(units: Uint16Array): void {
  for (let start = 0; start < units.length; ) {
    let end = start
    let latin = 0
    let like = 0
    for (; end < units.length && isLetterUnit(units[end] as number); end++) {
      const code = units[end] as number
      if (code < 128) latin++
      else if (lookalikes.has(code)) like += always.has(code) ? 100 : 1
    }
    // one stray Latin letter in a Russian word is a slip; a whole word of lookalikes may be Russian
    if (like > 0 && (latin > 0 || like >= 100)) {
      for (let i = start; i < end; i++) units[i] = lookalikes.get(units[i] as number) ?? (units[i] as number)
    }
    start = end === start ? start + 1 : end
  }
}

function isLetterUnit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 0xc0 && code < 0x2000) || code >= 0xa000
}
