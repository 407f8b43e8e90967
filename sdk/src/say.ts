const said = new Set<string>()

/**
 * Tells the operator one line on stderr, once per `topic` and process. Never throws, whatever the application made of
 * `console`.
 */
export function sayOnce(topic: string, line: string): void {
  if (said.has(topic)) return
  said.add(topic)
  try {
    console.warn(`outrider: ${line}`)
  } catch {}
}
