import { type Action, strictest } from './action.ts'
import type { Finding } from './finding.ts'
import { isAllowedHost } from './links.ts'
import type { Plan } from './policy.ts'

/** A tool that an agent is about to use. */
export interface ToolUse {
  /** As the agent calls it; tools of an MCP server as `server/tool`. */
  readonly name: string
  readonly args: unknown
}

export interface ToolVerdict {
  readonly action: Action
  /** With what each asks for. */
  readonly findings: readonly (Finding & { readonly action: Action })[]
}

/** What is wrong with arguments by a JSON Schema, one sentence a problem; nothing where they fit. */
export type ArgsCheck = (schema: object, args: unknown) => readonly string[]

/**
 * Whether a tool may be used: its name by the lists of the policy (deny, then ask, then allow; with an allow list what is
 * not on it is refused), its MCP server, the hosts of every URL in its arguments, and what the arguments must look like.
 * What the arguments say is for `guard`.
 *
 * @param check judges schemas of `tools.args`; without it they are not judged
 */
export function toolVerdict({ name, args }: ToolUse, plan: Plan, check?: ArgsCheck): ToolVerdict {
  const { tools } = plan.section
  if (tools === undefined) return { action: 'allow', findings: [] }
  const findings: ToolVerdict['findings'][0][] = []
  const say = (action: Action, rule: string, why: string) => {
    findings.push({ guard: 'tool', type: 'TOOL', rule: `tool/${rule}`, start: 0, end: 0, score: 1, why, action })
  }
  const on = (list: readonly string[] | undefined) => list?.some((pattern) => isLike(name, pattern)) ?? false
  const server = name.includes('/') ? name.slice(0, name.indexOf('/')) : null
  if (on(tools.deny)) say('block', 'deny', `${name} is on the list of tools that are denied.`)
  else if (server !== null && tools.servers?.some((pattern) => isLike(server, pattern)) === false)
    say('block', 'server', `${server} is no MCP server that is allowed.`)
  // the host itself may carry what is to be hidden
  else if (tools.hosts !== undefined && leadsOutside(args, tools.hosts))
    say('block', 'host', 'The arguments lead to a host that is not allowed.')
  else if (on(tools.ask)) say('ask', 'ask', `${name} is to be asked about.`)
  else if (tools.allow !== undefined && !on(tools.allow))
    say('block', 'allow', `${name} is not on the list of tools that are allowed.`)
  for (const [index, { tool, field, schema, action = 'block', why }] of (tools.args ?? []).entries()) {
    if (!isLike(name, tool)) continue
    const given = field === undefined ? args : at(args, field)
    const where = field === undefined ? 'The arguments' : `The argument ${field}`
    if (plan.argPatterns[index]?.test(textOf(given)) === true)
      say(action, 'pattern', why ?? `${where} of ${name} hold what must not be there.`)
    const problems = schema === undefined ? [] : (check?.(schema, given) ?? [])
    if (problems.length > 0) say(action, 'schema', why ?? `${where} of ${name} do not fit: ${problems.join('; ')}.`)
  }
  return { action: findings.reduce<Action>((all, one) => strictest(all, one.action), 'allow'), findings }
}

/** What stands at a dotted path; undefined where nothing does. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((here, part) => {
    const isOwn = typeof here === 'object' && here !== null && Object.hasOwn(here, part)
    return isOwn ? (here as Readonly<Record<string, unknown>>)[part] : undefined
  }, value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
/** Whether a name is like a pattern, whatever its case; `*` stands for anything. Linear: parts are looked for one after the other. */
export function isLike(name: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*')
  const small = name.toLowerCase()
  if (parts.length === 1) return small === parts[0]
  const first = parts[0] as string
  const last = parts.at(-1) as string
  if (!small.startsWith(first) || !small.endsWith(last) || small.length < first.length + last.length) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = small.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= small.length - last.length
}

/** Values looked through, so that a deep or wide argument cannot take all day. What has more is not let through. */
const MANY = 100_000
const url = /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^\s/@"'<>]{0,200}@)?(\[[0-9a-f:.]{2,45}\]|[^\s/:?#"'<>\\]{1,253})/gi

function leadsOutside(args: unknown, allowed: readonly string[]): boolean {
  const waiting: unknown[] = [args]
  for (let seen = 0; waiting.length > 0; seen++) {
    if (seen === MANY) return true
    const value = waiting.pop()
    if (typeof value === 'string') {
      for (const match of value.matchAll(url))
        if (!isAllowedHost((match[1] as string).toLowerCase(), allowed)) return true
    } else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) waiting.push(inner)
  }
  return false
}
