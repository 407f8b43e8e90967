/** Where a text that grows stands as JSON: decided by what came so far, so that pieces and the whole are read alike. */
export interface JsonReader {
  /** Takes the next part; parts follow each other. */
  read(text: string, from: number, to: number): void
  /** `string`: inside of one. `value`: between the signs of JSON. `no`: this is no JSON object or list. */
  at(): 'string' | 'value' | 'no'
  /** As it stands, to try what comes next. */
  copy(): JsonReader
}

/** What may come next, outside of strings. `key` and `item` are what may also be left out, at once. */
type Next = 'start' | 'value' | 'item' | 'key' | 'name' | 'colon' | 'more' | 'done' | 'no'

interface State {
  next: Next
  /** One sign for each object or list that is open. */
  open: string
  inString: boolean
  escaped: boolean
  /** A number or word that is not at its end. */
  scalar: string
}

const scalarForm = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
/** Longer than any number or word of JSON that means something. */
const LONGEST = 400

export function createJsonReader(
  before: State = { next: 'start', open: '', inString: false, escaped: false, scalar: '' },
): JsonReader {
  const state = { ...before }

  function take(char: string): void {
    if (state.inString) {
      inside(char)
      return
    }
    if (isScalar(char)) {
      state.scalar += char
      if (state.scalar.length > LONGEST || !expectsValue()) state.next = 'no'
      return
    }
    if (state.scalar !== '') {
      state.next = scalarForm.test(state.scalar) ? after() : 'no'
      state.scalar = ''
      if (state.next === 'no') return
    }
    if (char === ' ' || char === '\n' || char === '\t' || char === '\r') return
    if (state.next === 'start' && char !== '{' && char !== '[') state.next = 'no'
    else state.next = sign(char)
  }

  function sign(char: string): Next {
    const { next, open } = state
    const inObject = open.endsWith('{')
    switch (char) {
      case '"':
        if (next !== 'key' && next !== 'name' && !expectsValue()) return 'no'
        state.inString = true
        return next
      case '{':
      case '[':
        if (next !== 'start' && !expectsValue()) return 'no'
        state.open += char
        return char === '{' ? 'key' : 'item'
      case '}':
      case ']':
        if (next !== 'more' && next !== (char === '}' ? 'key' : 'item')) return 'no'
        if (open === '' || inObject !== (char === '}')) return 'no'
        state.open = open.slice(0, -1)
        return after()
      case ',':
        return next === 'more' ? (inObject ? 'name' : 'value') : 'no'
      case ':':
        return next === 'colon' ? 'value' : 'no'
      default:
        return 'no'
    }
  }

  function inside(char: string): void {
    if (state.escaped) state.escaped = false
    else if (char === '\\') state.escaped = true
    else if (char === '"') {
      state.inString = false
      state.next = state.next === 'key' || state.next === 'name' ? 'colon' : after()
    } else if (char < ' ') state.next = 'no'
  }

  const expectsValue = () => state.next === 'value' || state.next === 'item'
  const after = (): Next => (state.open === '' ? 'done' : 'more')

  return {
    read(text, from, to) {
      for (let i = from; i < to && state.next !== 'no'; i++) take(text[i] as string)
    },
    at: () => (state.next === 'no' || state.next === 'start' ? 'no' : state.inString ? 'string' : 'value'),
    copy: () => createJsonReader(state),
  }
}

const isScalar = (char: string) => (char >= '0' && char <= '9') || (char >= 'a' && char <= 'z') || '+-.E'.includes(char)
