/** SELECTs of views, and of what is no view, in every place where a table may stand. */
import fc from 'fast-check'

const open = fc.constantFrom('spans', 'outrider.spans', '`outrider`.spans', 'numbers(3)', '(SELECT * FROM spans)')
const closed = fc.constantFrom(
  ...['default.canary', '`default`.canary', '"default"."canary"', 'canary', 'default.spans', 'z', 'system.tables'],
  ...['system.columns', 'information_schema.tables', "merge('default', 'canary')", "file('/etc/passwd')"],
  ...['(SELECT * FROM default.canary)', "dictionary('default.canary')", "remote('127.0.0.1', default.canary)"],
)
const table = fc.oneof({ weight: 3, arbitrary: open }, { weight: 1, arbitrary: closed })
const sometimes = (text: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: text })
const column = fc.constantFrom('*', '*', 'x.*', 'count()', '1', 'name', 'max(name)', 'groupArray(name)')
const condition = fc.oneof(
  fc.constantFrom(
    '1',
    "name != ''",
    'n < 9',
    'name = (SELECT max(name) FROM default.canary)',
    'n IN (SELECT n FROM canary)',
  ),
  table.map((name) => `n IN ${name}`),
  table.map((name) => `EXISTS (SELECT 1 FROM ${name})`),
)
export const { select } = fc.letrec<{ select: string }>((tie) => ({
  select: fc
    .record({
      with: sometimes(
        fc.oneof(
          table.map((name) => `WITH ${name} AS z `),
          tie('select').map((sql) => `WITH z AS (${sql}) `),
        ),
      ),
      column: fc.oneof(
        { weight: 4, arbitrary: column },
        tie('select').map((sql) => `(${sql})`),
      ),
      table: fc.oneof(
        { weight: 4, arbitrary: table },
        tie('select').map((sql) => `(${sql})`),
      ),
      join: sometimes(table.map((name) => ` CROSS JOIN ${name} AS y`)),
      where: sometimes(condition.map((text) => ` WHERE ${text}`)),
      tail: fc.constantFrom(
        '',
        '',
        '',
        '',
        '',
        '',
        ' LIMIT 5',
        ' ORDER BY 1',
        ' GROUP BY ALL',
        ' SETTINGS max_threads = 1',
        '; SELECT 1',
        ' -- x',
        ' FORMAT JSON',
      ),
      union: sometimes(tie('select').map((sql) => ` UNION ALL ${sql}`)),
    })
    .map(
      (part) =>
        `${part.with}SELECT ${part.column} FROM ${part.table} AS x${part.join}${part.where}${part.tail}${part.union}`,
    ),
}))
const noise = fc.constantFrom(' ', '\n', '/* */', '--\n', '(', ')', '`', "'", '"', '\\', '.', ';', '\0', '\u00a0')
/** Some with a piece of noise where it hurts. */
export const statement = fc.oneof(
  { weight: 3, arbitrary: select },
  fc
    .tuple(select, fc.nat(), noise)
    .map(([sql, at, piece]) => sql.slice(0, at % sql.length) + piece + sql.slice(at % sql.length)),
)
