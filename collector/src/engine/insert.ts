import { Refusal } from './failure.ts'
import { literal } from './statement.ts'

/** An insert whose rows come with it: in the request's body, or behind the statement in the same text. */
export interface Insert {
  /** Where the statement ends and inline rows begin. */
  readonly length: number
  /** The same insert with its rows in a file. */
  fromFile(path: string): string
}

const comments = '(?:\\s+|--[^\\n]*\\n|/\\*.*?\\*/)*'
const identifier = '(?:`(?:[^`\\\\]|\\\\.)+`|"(?:[^"\\\\]|\\\\.)+"|[A-Za-z_]\\w*|\\{\\w+\\s*:\\s*Identifier\\})'
const columns = '\\((?:[^()`"]|`(?:[^`\\\\]|\\\\.)+`|"(?:[^"\\\\]|\\\\.)+")*\\)'
const setting = "\\w+\\s*=\\s*(?:'(?:[^'\\\\]|\\\\.)*'|[\\w.+-]+)"
const insert = new RegExp(
  `^${comments}INSERT\\s+INTO\\s+(?:TABLE\\s+)?(${identifier}(?:\\s*\\.\\s*${identifier})?)\\s*(${columns})?\\s*` +
    `(?:\\bSETTINGS\\s+(${setting}(?:\\s*,\\s*${setting})*))?\\s*(?:\\bFORMAT\\s+(?!VALUES\\b)(\\w+)|(?:\\bFORMAT\\s+)?\\bVALUES\\b)` +
    '[ \\t\\f]*;?[ \\t\\f]*\\r?\\n?',
  'is',
)
const anyInsert = new RegExp(`^${comments}INSERT\\b`, 'is')

/**
 * Recognises an insert that brings rows. Rows are never left behind the statement: there the engine ends them at the
 * first blank line and runs the rest as SQL, and cuts a binary block at any two bytes 0x0A 0x0A. From a file it parses
 * exactly what a server would, defaults of omitted columns included.
 *
 * @returns null for every other statement, `INSERT ... SELECT` too.
 * @throws Refusal for an insert of another form that may bring rows.
 */
export function parseInsert(sql: string, hasBody: boolean): Insert | null {
  if (!anyInsert.test(sql)) return null
  const match = insert.exec(sql)
  if (!match) {
    if (!hasBody && /\bSELECT\b/i.test(sql)) return null
    const shape = 'INSERT INTO table [(columns)] [SETTINGS ...] FORMAT name'
    throw new Refusal(62, 'SYNTAX_ERROR', `An insert with rows must have the form: ${shape}`)
  }
  const [head, table, names = '', settings, format = 'Values'] = match
  const clause = settings === undefined ? '' : ` SETTINGS ${settings}`
  return {
    length: head.length,
    fromFile: (path) =>
      `INSERT INTO ${table} ${names} FROM INFILE ${literal(path)} COMPRESSION 'none'${clause} FORMAT ${format}`,
  }
}
