/**
 * What clickhouse-go asks first over HTTP. It decodes this answer at its own protocol revision and everything after it at
 * the revision that stands in here: 0, the only one in which the engine writes Native blocks.
 */
const QUESTION = /^\s*SELECT\s+displayName\(\)\s*,\s*version\(\)\s*,\s*revision\(\)\s*,\s*timezone\(\)\s*;?\s*$/i

/** Blocks carry their info from the first revision with a protocol number on, and a byte of custom serialization later. */
const WITH_SERIALIZATION = 54454

/** What a server says of itself. */
export interface About {
  readonly version: string
  readonly timezone: string
}

/** @returns one Native block with one row, or null where something else is asked. */
export function hello(sql: string, options: URLSearchParams, server: About): Buffer | null {
  if (options.get('default_format') !== 'Native' || !QUESTION.test(sql)) return null
  const revision = Number(options.get('client_protocol_version') ?? 0)
  if (!Number.isSafeInteger(revision)) return null
  const columns: readonly (readonly [string, string, Buffer])[] = [
    ['displayName()', 'String', text('outrider')],
    ['version()', 'String', text(server.version)],
    ['revision()', 'UInt32', Buffer.alloc(4)],
    ['timezone()', 'String', text(server.timezone)],
  ]
  return Buffer.concat([
    // is_overflows = 0, bucket_num = -1, end
    ...(revision > 0 ? [Buffer.from([1, 0, 2, 255, 255, 255, 255, 0])] : []),
    Buffer.from([columns.length, 1]),
    ...columns.flatMap(([name, type, value]) => [
      text(name),
      text(type),
      ...(revision >= WITH_SERIALIZATION ? [Buffer.from([0])] : []),
      value,
    ]),
  ])
}

/** All of them are shorter than 128 bytes: their length is one byte. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}
