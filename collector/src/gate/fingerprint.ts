import { createHash } from 'node:crypto'

/** Which body this is, whatever the order of its fields: SHA-256 of its canonical JSON, in hex. */
export function fingerprint(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body, inOrder)).digest('hex')
}

/** Objects with their keys sorted; what JSON makes of everything else stands. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const record = value as Record<string, unknown>
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, record[key]]),
  )
}
