/**
 * The text with backslash escapes as blanks, place by place: what `\n` stands before is a word of its own, and `\"`
 * quotes as `"` does. As long as what was given.
 */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(backslashes, (all) => {
    const last = all[all.length - 1]
    return last === '"' || last === "'" ? last.padStart(all.length) : ' '.repeat(all.length)
  })
}

const backslashes = /\\{1,64}(?:u[0-9a-fA-F]{4}|[nrtbf"'])/g
