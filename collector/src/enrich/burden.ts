/**
 * What an attribute may carry, by its name: message content; an address, header or statement in which a secret may
 * travel; a credential as a whole; or nothing to look for.
 */
export type Burden = 'content' | 'address' | 'credential' | 'none'

/** Headers whose whole value lets someone in. */
const headers = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
]
const credentials: ReadonlySet<string> = new Set(
  headers
    .flatMap((header) => [header, header.replaceAll('-', '_')])
    .flatMap((header) => [`http.request.header.${header}`, `http.response.header.${header}`]),
)

/** Attributes of other instrumentations: addresses with a key in the query, command lines, statements. */
const addresses = ['http.', 'url.', 'db.', 'process.command', 'messaging.', 'rpc.']

/** Attribute names recur: this many are remembered. They come from outside, so the memory has an end. */
const REMEMBERED = 10_000

/** @param isContent whether an attribute of this name carries message content */
export function burdens(isContent: (name: string) => boolean): (name: string) => Burden {
  const known = new Map<string, Burden>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const burden = isContent(name)
      ? 'content'
      : credentials.has(name)
        ? 'credential'
        : addresses.some((prefix) => name.startsWith(prefix))
          ? 'address'
          : 'none'
    if (known.size < REMEMBERED) known.set(name, burden)
    return burden
  }
}
