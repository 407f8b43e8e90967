/** The value that is given to the name that ends at `end`. */
export interface Assigned {
  readonly start: number
  readonly end: number
  readonly quoted: boolean
  /** `name=value` without blanks, `name: value`, an option or a header: not an expression of a program. */
  readonly plain: boolean
  /** What of the name stood after the word: `_hash` of `password_hash`. */
  readonly rest: string
  /** By words (`is`), beside it in a table, or as the next of a list, and not by a sign. */
  readonly prose: boolean
  /** Only beside it: the least sure. */
  readonly listed?: boolean
}

const MAX_VALUE = 512
/** `- name: API_KEY` and below it `value: …`, as lists of variables are written; `variable "api_key" { default = …`. */
const pair =
  /["'`]?[ \t]{0,4}(?:,?\s{1,40}["']?value["']?[ \t]{0,4}[:=]|\{\s{1,20}(?:type[ \t]{0,8}=[ \t]{0,8}\w{1,16}\s{1,20})?default[ \t]{0,8}=)[ \t]{0,4}/iy
/** `setenv("API_KEY", "…")`; a row of a table. */
const beside = /["'`][ \t]{0,4},[ \t]{0,4}(?=["'`])|["'`*]{0,2}[ \t]{1,20}(?:\||-{2,4}|→)[ \t]{1,8}(?=[^\s|-])/y
/** What a name in a sentence may end in after its word. */
const named = /^[-_][\w-]{0,30}(?:key|token|secret|password|pass|pat)$/i
const rest = /[\w.-]{0,40}/y
const sign =
  /[ \t]?["'`\\\])]{0,4}[ \t]{0,24}(?::=|=>|\|\|=|\?=|->|=(?!=)|:(?!:|\/\/)|>)[ \t]{0,24}(?:\r?\n[ \t]{1,12})?/y
const prose =
  /["'`*]{0,2}(?: ["'`]?[\w.@-]{1,32}["'`]?){0,4}(?: (?:is|was|are|to|will be|set to|changed to)(?: now| still| currently|:)?| ?[:=]) ["'`*]{0,2}/iy
const bare = /[^\s"'`<>|]{1,512}/y
/** The next of `a=1;b=2` and `a=1&b=2`. */
const following = /[;&][A-Za-z][\w-]{0,30}=/
const option = /[ \t]{1,4}(?=[^\s=:-])/y

/** @param end of the word in a name, e.g. of `password` in `db_password_prod: "x"` */
export function assignedAfter(text: string, end: number, isOption: boolean): Assigned | null {
  rest.lastIndex = end
  rest.test(text)
  const nameEnd = rest.lastIndex
  const more = text.slice(end, nameEnd)
  sign.lastIndex = nameEnd
  if (sign.test(text)) {
    const blank = /[ \t]/.test(text[nameEnd] ?? '')
    const isEquals = text.slice(nameEnd, sign.lastIndex).includes('=')
    return valueAt(text, sign.lastIndex, more, !(blank && isEquals), false)
  }
  if (isOption) {
    option.lastIndex = nameEnd
    if (option.test(text)) return valueAt(text, option.lastIndex, more, true, false)
  }
  pair.lastIndex = nameEnd
  if (pair.test(text)) return valueAt(text, pair.lastIndex, more, true, false)
  beside.lastIndex = nameEnd
  const next = beside.test(text) ? valueAt(text, beside.lastIndex, more, true, true) : null
  if (next !== null) return { ...next, listed: true }
  prose.lastIndex = nameEnd
  return (more === '' || named.test(more)) && prose.test(text) ? valueAt(text, prose.lastIndex, more, true, true) : null
}

function valueAt(text: string, at: number, more: string, plain: boolean, isProse: boolean): Assigned | null {
  let start = at
  while (start - at < 4 && text[start] === '\\') start++
  const opener = text[start]
  const quoted = opener === '"' || opener === "'" || opener === '`'
  if (quoted) start++
  else start = at
  // `b"…"`, `f'…'`, `@"…"` are quoted all the same
  if (!quoted && /^[bfruB@][fr]?["']/.test(text.slice(at, at + 3)))
    return valueAt(
      text,
      text.indexOf(
        text[at + 1] === '"' || text[at + 1] === "'" ? (text[at + 1] as string) : (text[at + 2] as string),
        at,
      ),
      more,
      plain,
      isProse,
    )
  let end = start
  const limit = Math.min(text.length, start + MAX_VALUE)
  if (quoted) {
    while (end < limit && text[end] !== opener && text[end] !== '"' && text[end] !== '\n') end++
    // blanks were the backslashes of an escaped quote
    while (end > start && (text[end - 1] === '\\' || text[end - 1] === ' ')) end--
  } else {
    bare.lastIndex = start
    if (bare.test(text)) end = Math.min(limit, bare.lastIndex)
    const next = text.slice(start, end).search(following)
    if (next > 0) end = start + next
    while (end > start && /[,;:)\]}\\]/.test(text[end - 1] as string)) end--
    if (isProse) while (end > start && /[.?]/.test(text[end - 1] as string)) end--
  }
  // the quote closed what the name stands in
  if (quoted && /[,;)\]}+]/.test(text[start] as string)) return null
  return end > start ? { start, end, quoted, plain, rest: more, prose: isProse } : null
}
