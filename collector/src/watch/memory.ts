/** What the watch knows, on disk: the state of every series, and the silences. A file that is lost costs a day of learning. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import type { EngineSnapshot, Silence } from '@outrider/alerts'
import { turn } from '../turn.ts'

export interface Memory {
  /** `null`: nothing was saved, or by another form of state. */
  load(): EngineSnapshot | null
  /** All or nothing; works in slices, during which the engine must not go on. */
  save(snapshot: EngineSnapshot): Promise<void>
  silences(): readonly Silence[]
  addSilence(silence: Omit<Silence, 'id'>): Silence
  /** `false`: there is none of this id. */
  removeSilence(id: string): boolean
  close(): void
}

/** Series a slice: some milliseconds. */
const SLICE = 50
/** Changes with what a case holds: state of another form is not read. */
const FORM = 'cases-1'

export function openMemory(file: string): Memory {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = NORMAL')
  db.exec('CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT')
  db.exec('CREATE TABLE IF NOT EXISTS series (identity TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT')
  db.exec('CREATE TABLE IF NOT EXISTS silence (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT')
  const fact = db.prepare('SELECT value FROM fact WHERE name = ?')
  const setFact = db.prepare('INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)')
  const put = db.prepare('INSERT INTO series (identity, state) VALUES (?, ?)')
  const read = (name: string) => (fact.get(name) as { value: string } | undefined)?.value

  return {
    load() {
      if (read('form') !== FORM) return null
      const rows = db.prepare('SELECT identity, state FROM series').all() as { identity: string; state: Uint8Array }[]
      const cases = rows.map(({ identity, state }) => [identity, deserialize(state)] as EngineSnapshot['cases'][number])
      return { version: 1, settled: Number(read('settled')), cases }
    },
    async save({ settled, cases }) {
      const rows: (readonly [string, Buffer])[] = []
      for (let from = 0; from < cases.length; from += SLICE) {
        await turn()
        for (const [identity, one] of cases.slice(from, from + SLICE)) rows.push([identity, serialize(one)])
      }
      db.exec('BEGIN')
      try {
        db.exec('DELETE FROM series')
        for (let from = 0; from < rows.length; from += SLICE) {
          await turn()
          for (const [identity, state] of rows.slice(from, from + SLICE)) put.run(identity, state)
        }
        setFact.run('form', FORM)
        setFact.run('settled', String(settled))
        db.exec('COMMIT')
      } catch (cause) {
        db.exec('ROLLBACK')
        throw cause
      }
    },
    silences() {
      const rows = db.prepare('SELECT body FROM silence').all() as { body: string }[]
      return rows.map(({ body }) => JSON.parse(body) as Silence)
    },
    addSilence(given) {
      const silence = { ...given, id: randomUUID() }
      db.prepare('INSERT INTO silence (id, body) VALUES (?, ?)').run(silence.id, JSON.stringify(silence))
      return silence
    },
    removeSilence: (id) => db.prepare('DELETE FROM silence WHERE id = ?').run(id).changes > 0,
    close: () => db.close(),
  }
}
