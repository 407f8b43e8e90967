/**
 * The text with backslash escapes as what they stand for, or blanks, place by place: `\n` ends a line, and `\"`
 * quotes as `"` does. As long as what was given.
 */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(backslashes, (all) => {
    const last = all[all.length - 1]
    const is = last === '"' || last === "'" ? last : last === 'n' || last === 'r' ? '\n' : ' '
    return is.padStart(all.length)
  })
}

const backslashes = /\\{1,64}(?:u[0-9a-fA-F]{4}|[nrtbf"'])/g
