import { createRequire } from 'node:module'

/** What one statement gave back. `rows` and `bytes` are what the engine read; for an insert that is what it stored. */
export interface Answer {
  readonly bytes: Buffer
  readonly elapsedSeconds: number
  readonly rowsRead: number
  readonly bytesRead: number
}

/**
 * One connection: its own settings, parameters and current database, and one statement at a time. Opening one to a
 * directory that is already open takes a quarter of a millisecond, so a connection is made for every request and thrown
 * away after it: nothing that a request sets can be seen by the next one.
 */
export interface Connection {
  /** Rejects with the engine's own message (`Code: 60. DB::Exception: ...`). Never call it twice at the same time. */
  query(sql: string, format: string): Promise<Answer>
  /** What the engine's own parser sees in a text. Runs nothing. */
  classify(sql: string): Promise<{ readonly statements: number; readonly reads: boolean }>
  /** Only when no statement runs on it: the engine would abort the whole process. */
  close(): void
}

export interface Chdb {
  /** @param settings become arguments of the connection, not SQL; they must be ours. */
  connect(settings: Readonly<Record<string, string | number>>): Connection
}

/** The package's addon. Its published classes close connections only when the whole process is idle, so we call it. */
interface Addon {
  CreateConnection(path: string, args: readonly string[]): unknown
  CloseConnection(connection: unknown): void
  QueryAsyncConnection(
    connection: unknown,
    sql: string,
    format: string,
  ): Promise<{ bytes: Buffer; elapsed: number; rowsRead: number; bytesRead: number }>
  DurableClassifyAsync(
    connection: unknown,
    sql: string,
    database: string | null,
  ): Promise<{ readonly statementCount: number; readonly queryClass: number }>
}

/** Throws when the package or its binary for this platform is missing. */
export function loadAddon(): Addon {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('chdb/package.json'))
  return (fromPackage('./dist/loader.js') as { loadNative(): Addon }).loadNative()
}

/**
 * @param path the data directory; one process owns it.
 * @param serverArguments decide the configuration of the whole process and only count for the first connection.
 */
export function openChdb(addon: Addon, path: string, serverArguments: readonly string[]): Chdb {
  const connect = (args: readonly string[]): Connection => {
    const handle = addon.CreateConnection(path, args)
    return {
      async query(sql, format) {
        const raw = await addon.QueryAsyncConnection(handle, sql, format)
        return { bytes: raw.bytes, elapsedSeconds: raw.elapsed, rowsRead: raw.rowsRead, bytesRead: raw.bytesRead }
      },
      async classify(sql) {
        const { statementCount, queryClass } = await addon.DurableClassifyAsync(handle, sql, null)
        return { statements: statementCount, reads: queryClass === 0 }
      },
      close: () => addon.CloseConnection(handle),
    }
  }
  // the engine lives as long as one connection does: this one is never closed
  connect(serverArguments)
  return { connect: (settings) => connect(Object.entries(settings).map(([name, value]) => `--${name}=${value}`)) }
}
