/** What the watch knows, on disk: the state of every series. A file that is lost costs a day of learning. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import type { EngineSnapshot } from '@outrider/alerts'
import { turn } from '../turn.ts'

export interface Memory {
  /** `null`: nothing was saved, or by another form of state. */
  load(): EngineSnapshot | null
  /** All or nothing; works in slices, during which the engine must not go on. A day's first is kept beside it. */
  save(snapshot: EngineSnapshot, lookedMs: number | null): Promise<void>
  /** What had arrived before this is in what was saved; `null`: not known. */
  lookedMs(): number | null
  /** Who this is among several collectors: the same after a restart. */
  holder(): string
  /** The newest state that is kept from before a minute; `null`: none. */
  past(minute: number): EngineSnapshot | null
  close(): void
}

interface StateRow {
  readonly identity: string
  readonly state: Uint8Array
}

const caseOf = ({ identity, state }: StateRow) => [identity, deserialize(state)] as EngineSnapshot['cases'][number]

/** Series a slice: some milliseconds. */
const SLICE = 50
/** Changes with what a case holds: state of another form is not read. */
const FORM = 'cases-2'
/** Minutes between two states that are kept, and how many are. */
const APART = 1440
const KEPT = 2

export function openMemory(file: string): Memory {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = NORMAL')
  db.exec('CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT')
  db.exec('CREATE TABLE IF NOT EXISTS series (identity TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT')
  db.exec(
    'CREATE TABLE IF NOT EXISTS past (settled INTEGER, identity TEXT, state BLOB NOT NULL, PRIMARY KEY (settled, identity)) STRICT',
  )
  const fact = db.prepare('SELECT value FROM fact WHERE name = ?')
  const setFact = db.prepare('INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)')
  const put = db.prepare('INSERT INTO series (identity, state) VALUES (?, ?)')
  const read = (name: string) => (fact.get(name) as { value: string } | undefined)?.value

  const pasts = () =>
    (db.prepare('SELECT DISTINCT settled FROM past ORDER BY settled DESC').all() as { settled: number }[]).map(
      ({ settled }) => settled,
    )
  const keep = (settled: number): void => {
    const known = pasts()
    if (known[0] !== undefined && settled - known[0] < APART) return
    db.prepare('INSERT INTO past SELECT ?, identity, state FROM series').run(settled)
    for (const old of known.slice(KEPT - 1)) db.prepare('DELETE FROM past WHERE settled = ?').run(old)
  }

  return {
    load() {
      if (read('form') !== FORM) return null
      const rows = db.prepare('SELECT identity, state FROM series').all() as unknown as StateRow[]
      return { version: 1, settled: Number(read('settled')), cases: rows.map(caseOf) }
    },
    lookedMs: () => (read('looked') === undefined ? null : Number(read('looked'))),
    holder() {
      const known = read('holder')
      if (known !== undefined) return known
      const fresh = randomUUID()
      setFact.run('holder', fresh)
      return fresh
    },
    past(minute) {
      if (read('form') !== FORM) return null
      const settled = pasts().find((one) => one < minute)
      if (settled === undefined) return null
      const rows = db
        .prepare('SELECT identity, state FROM past WHERE settled = ?')
        .all(settled) as unknown as StateRow[]
      return { version: 1, settled, cases: rows.map(caseOf) }
    },
    async save({ settled, cases }, lookedMs) {
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
        if (read('form') !== FORM) db.exec('DELETE FROM past')
        setFact.run('form', FORM)
        setFact.run('settled', String(settled))
        if (lookedMs !== null) setFact.run('looked', String(lookedMs))
        keep(settled)
        db.exec('COMMIT')
      } catch (cause) {
        db.exec('ROLLBACK')
        throw cause
      }
    },
    close: () => db.close(),
  }
}
