/** Letters pulled apart, run together, or written with digits: read without what stands between. */

export interface Squeezed {
  readonly name: string
  readonly start: number
  readonly end: number
  /** Small letters only. */
  readonly text: string
  /** Where each stands. */
  readonly places: readonly number[]
}

const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '6': 'g',
  '2': 'z',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
  '€': 'e',
}
const hasLeet = /[a-z][013457@$][a-z]|[013457@$][a-z][013457@$]|[a-z][013457]{1,2}\b|\b[157][a-z]/

/** Parts of a folded text that hide their words so. */
export function squeezedIn(text: string): Squeezed[] {
  const found: Squeezed[] = []
  const whole = survey(text)
  if (whole.isLeet) found.push(squeeze(text, 0, text.length, 'leet', true))
  for (const { start, end } of whole.spaced) found.push(squeeze(text, start, end, 'spaced', true))
  for (const { start, end } of whole.long)
    found.push(squeeze(text, start, end, 'compact', /\d/.test(text.slice(start, end))))
  return found
}

interface Part {
  readonly start: number
  readonly end: number
}

function survey(text: string) {
  let words = 0
  let mixed = 0
  const spaced: Part[] = []
  const long: Part[] = []
  let runStart = -1
  let runCount = 0
  let runEnd = 0
  let previousEnd = -9
  const close = () => {
    if (runCount >= 10) spaced.push({ start: runStart, end: runEnd })
    runCount = 0
  }
  for (let i = 0; i < text.length; ) {
    if (!isToken(text.charCodeAt(i))) {
      i++
      continue
    }
    const start = i
    while (i < text.length && isToken(text.charCodeAt(i))) i++
    const size = i - start
    words++
    if (size === 1 && start - previousEnd <= 4) {
      if (runCount === 0) runStart = start
      runCount++
      runEnd = i
    } else {
      close()
      if (size === 1) {
        runStart = start
        runCount = 1
        runEnd = i
      }
    }
    previousEnd = i
    if (size >= 3 && size <= 24) {
      const word = text.slice(start, i)
      if (
        /[013457@$]/.test(word) &&
        /[g-z]/.test(word) &&
        hasLeet.test(word) &&
        !/^u?[0-9a-f]+$|^[a-z]+\d+$/.test(word)
      )
        mixed++
    } else if (size > 24 && size <= 1000 && /[a-z]/.test(text.slice(start, start + 24)) && long.length < 20)
      long.push({ start, end: i })
  }
  close()
  return { spaced: spaced.slice(0, 20), long, isLeet: mixed >= 3 && mixed >= words * 0.25 }
}

function isToken(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 64 || code === 36 || code >= 0xc0
}

function squeeze(text: string, start: number, end: number, name: string, isLeet: boolean): Squeezed {
  let letters = ''
  const places: number[] = []
  for (let i = start; i < end; i++) {
    const char = text[i] as string
    const isPlain = char >= 'a' && char <= 'z'
    // between letters apart a sign parts them, and stands for none
    const letter = isPlain
      ? char
      : isLeet && (name !== 'spaced' || isToken(char.charCodeAt(0)))
        ? (leet[char] ?? '')
        : ''
    if (letter === '') continue
    letters += letter
    places.push(i)
  }
  return { name, start, end, text: letters, places }
}
