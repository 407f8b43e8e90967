import { Refusal } from './failure.ts'

/** One request, parsed: what to run and what holds for this run only. */
export interface Statement {
  readonly sql: string
  /** The output format where the SQL names none. */
  readonly format: string
  readonly database: string | undefined
  /** Names and raw values as sent. */
  readonly settings: ReadonlyMap<string, string>
  /** `param_*` without the prefix. Values as ClickHouse's HTTP interface takes them: tab, newline, backslash escaped. */
  readonly parameters: ReadonlyMap<string, string>
  /** Whose rows alone may be seen; only lanes with a gate heed it. */
  readonly tenant?: string
}

const notSettings = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'wait_end_of_query',
  'buffer_size',
  'compress',
  'decompress',
  'client_protocol_version',
  'stacktrace',
  'quota_key',
  'close_session',
])
const unsupported = ['session_id', 'session_timeout', 'session_check', 'role', 'user', 'password']

/** @throws Refusal for a setting, parameter or option that cannot be honoured. */
export function parseStatement(sql: string, options: URLSearchParams): Statement {
  for (const name of unsupported) {
    if (options.has(name)) throw new Refusal(48, 'NOT_IMPLEMENTED', `The embedded engine has no \`${name}\`.`)
  }
  const settings = new Map<string, string>()
  const parameters = new Map<string, string>()
  for (const [name, value] of options) {
    if (name.startsWith('param_')) parameters.set(parameterName(name.slice(6)), value)
    else if (!notSettings.has(name)) settings.set(settingName(name), settingValue(name, value))
  }
  return {
    sql,
    format: options.get('default_format') ?? 'TabSeparated',
    database: databaseName(options.get('database')),
    settings,
    parameters,
  }
}

/** `SET ...` for the settings and parameters, or nothing. Values are written so that no byte of theirs is syntax. */
export function prelude(statement: Pick<Statement, 'settings' | 'parameters' | 'database'>): readonly string[] {
  const assignments = [
    ...[...statement.settings].map(([name, value]) => `${name} = ${literal(value)}`),
    ...[...statement.parameters].map(([name, value]) => `param_${name} = ${literal(value)}`),
  ]
  const use = statement.database === undefined ? [] : [`USE \`${statement.database}\``]
  return assignments.length === 0 ? use : [...use, `SET ${assignments.join(', ')}`]
}

/** A string literal with every byte outside `[A-Za-z0-9]` as `\xHH`. */
export function literal(value: string): string {
  const bytes = Buffer.from(value, 'utf8').toString('latin1')
  const escaped = bytes.replace(/[^A-Za-z0-9]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `'${escaped}'`
}

function settingName(name: string): string {
  if (/^[a-z][a-z0-9_]{0,127}$/.test(name)) return name
  throw new Refusal(115, 'UNKNOWN_SETTING', `Setting ${JSON.stringify(name)} is not a setting name`)
}

function settingValue(name: string, value: string): string {
  if (name === 'additional_table_filters' && /^[\x20-\x7e]{0,8192}$/.test(value)) return value
  if (/^[A-Za-z0-9_.:/-]{0,128}$/.test(value)) return value
  throw new Refusal(36, 'BAD_ARGUMENTS', `Value of setting '${name}' may hold only A-Z a-z 0-9 _ . : / - (128 at most)`)
}

function parameterName(name: string): string {
  if (/^\w{1,128}$/.test(name)) return name
  throw new Refusal(36, 'BAD_ARGUMENTS', `Parameter name ${JSON.stringify(name)} may hold only A-Z a-z 0-9 _`)
}

function databaseName(name: string | null): string | undefined {
  if (name === null || name === '') return undefined
  if (/^\w{1,128}$/.test(name)) return name
  throw new Refusal(81, 'UNKNOWN_DATABASE', `Database ${JSON.stringify(name)} does not exist`)
}
