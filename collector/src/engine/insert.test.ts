import { describe, expect, test } from 'vitest'
import { Refusal } from './failure.ts'
import { parseInsert } from './insert.ts'

const file = "'\\x2fspool\\x2f1'"

describe('an insert that brings rows', () => {
  test.each([
    ['INSERT INTO t FORMAT JSONEachRow', `INSERT INTO t  FROM INFILE ${file} COMPRESSION 'none' FORMAT JSONEachRow`],
    ['insert into table t format CSV', `INSERT INTO t  FROM INFILE ${file} COMPRESSION 'none' FORMAT CSV`],
    [
      'INSERT INTO db.t (a, b) FORMAT RowBinary',
      `INSERT INTO db.t (a, b) FROM INFILE ${file} COMPRESSION 'none' FORMAT RowBinary`,
    ],
    [
      'INSERT INTO `a`.`b c` (`x)`) FORMAT TSV',
      `INSERT INTO \`a\`.\`b c\` (\`x)\`) FROM INFILE ${file} COMPRESSION 'none' FORMAT TSV`,
    ],
    [
      'INSERT INTO {t:Identifier} FORMAT TSV',
      `INSERT INTO {t:Identifier}  FROM INFILE ${file} COMPRESSION 'none' FORMAT TSV`,
    ],
    ['-- why\n/* and */ INSERT INTO t FORMAT TSV', `INSERT INTO t  FROM INFILE ${file} COMPRESSION 'none' FORMAT TSV`],
    ['INSERT INTO t VALUES', `INSERT INTO t  FROM INFILE ${file} COMPRESSION 'none' FORMAT Values`],
    ['INSERT INTO t (a) FORMAT Values', `INSERT INTO t (a) FROM INFILE ${file} COMPRESSION 'none' FORMAT Values`],
    [
      "INSERT INTO t SETTINGS a=1, b = 'x FORMAT CSV' FORMAT JSONEachRow",
      `INSERT INTO t  FROM INFILE ${file} COMPRESSION 'none' SETTINGS a=1, b = 'x FORMAT CSV' FORMAT JSONEachRow`,
    ],
  ])('%s', (sql, expected) => {
    expect(parseInsert(sql, true)?.fromFile('/spool/1')).toBe(expected)
  })

  test.each([
    ['INSERT INTO t FORMAT JSONEachRow\n{"a":1}', '{"a":1}'],
    ['INSERT INTO t FORMAT JSONEachRow {"a":1}', '{"a":1}'],
    ['INSERT INTO t FORMAT CSV;\r\n1\n\nDROP TABLE t', '1\n\nDROP TABLE t'],
    ['INSERT INTO t FORMAT TSV\n\n', '\n'],
    ["INSERT INTO t VALUES ('a FORMAT b')", "('a FORMAT b')"],
    ['INSERT INTO t VALUES(1)', '(1)'],
  ])('%j: the rows begin where ClickHouse sees them begin', (sql, rows) => {
    expect(sql.slice(parseInsert(sql, false)?.length)).toBe(rows)
  })

  test.each([
    ['INSERT INTO FUNCTION file() FORMAT CSV', true],
    ['INSERT INTO t /* here */ FORMAT CSV', true],
    ['INSERT INTO t SELECT * FROM input() FORMAT CSV', true],
    ['INSERT INTO t', false],
  ])('%s is refused rather than guessed at', (sql, hasBody) => {
    expect(() => parseInsert(sql, hasBody)).toThrow(Refusal)
  })

  test.each(['SELECT 1', 'INSERT INTO t SELECT 1', '/* INSERT */ SELECT 1', 'CREATE TABLE t (a Int8) ENGINE = Memory'])(
    '%s brings none',
    (sql) => expect(parseInsert(sql, false)).toBeNull(),
  )
})
