/**
 * What schema browsers and query editors ask of a server's system tables, answered for the one database of the views. Each
 * is known word for word; a statement that differs by anything but names is nobody's, and goes to the gate like any other.
 */

/** @returns the statement that answers, or null where something else is asked. `database` is a plain name. */
export function listing(sql: string, database: string): string | null {
  const asked = sql.replace(/\s+/g, ' ').trim().replace(/ ?;$/, '')
  const [, statement = asked, format = ''] = /^(.*?)( FORMAT \w+)$/i.exec(asked) ?? []
  for (const [pattern, answer] of known(database)) {
    const found = pattern.exec(statement)
    if (found) return answer(found) + format
  }
  return null
}

type Known = readonly [RegExp, (found: RegExpExecArray) => string]

const known = (database: string): readonly Known[] => {
  const ours = `database = '${database}'`
  return [
    [new RegExp(`^SHOW TABLES(?: (?:FROM|IN) (["\`]?)${database}\\1)?$`, 'i'), () => `SHOW TABLES FROM ${database}`],
    [
      new RegExp(`^DESC(?:RIBE)? TABLE (["\`]?)${database}\\1\\.(["\`]?)(\\w+)\\2$`, 'i'),
      ([, , , view]) => `DESCRIBE TABLE ${database}.${view}`,
    ],
    [/^SHOW DATABASES$/i, () => `SELECT '${database}' AS name`],
    // Grafana's filters over all panels, and its lists of tables and columns
    [
      new RegExp(
        `^SELECT name, type, table FROM system\\.columns(?: WHERE database IN \\('${database}'\\)( AND table = '\\w+')?)?$`,
        'i',
      ),
      ([, table = '']) => `SELECT name, type, table FROM system.columns WHERE ${ours}${table}`,
    ],
    [
      /^SELECT database, name FROM system\.tables ORDER BY database, name$/i,
      () => `SELECT database, name FROM system.tables WHERE ${ours} ORDER BY name`,
    ],
    [
      /^SELECT database, table, name, type, comment FROM system\.columns WHERE (\(database, table\) IN \(\('\w+', '\w+'\)(?:, \('\w+', '\w+'\))*\)) ORDER BY database, table, position$/i,
      ([, which]) =>
        `SELECT database, table, name, type, comment FROM system.columns WHERE ${ours} AND ${which} ORDER BY table, position`,
    ],
    // what an editor completes; the engine's own functions, which anybody can look up
    [
      /^SELECT ([a-z_]+(?:, [a-z_]+)*) FROM system\.functions LIMIT (\d{1,5})$/i,
      ([, columns, limit]) => `SELECT ${columns} FROM system.functions WHERE origin = 'System' LIMIT ${limit}`,
    ],
  ]
}
